import type { Readable } from 'node:stream';
import { StorageError } from '../storage-error.ts';
import { readUntil, type Bytes } from '../store/bytes.ts';

/** Reads a stream in pieces that end at marks. */
export class DelimitedReader {
  readonly #stream: Readable;
  #rest: Buffer;

  /** `before` is taken as if it stood in front of the stream. */
  constructor(stream: Readable, before: string) {
    this.#stream = stream;
    this.#rest = Buffer.from(before);
  }

  /**
   * The bytes up to the next `mark`, which is left out. They are read before those up to the mark after it.
   * @throws StorageError invalid when the stream ends without the mark
   */
  until(mark: Buffer): Bytes {
    return async (take) => {
      if (this.#passUpTo(mark, take)) return;
      const found = await readUntil(this.#stream, (chunk) => {
        this.#rest = this.#rest.length === 0 ? asBuffer(chunk) : Buffer.concat([this.#rest, chunk]);
        return this.#passUpTo(mark, take);
      });
      if (!found) throw new StorageError('invalid', 'The multipart body ends without its closing boundary.');
    };
  }

  /** Passes what is known not to belong to the mark. Returns whether the mark is found. */
  #passUpTo(mark: Buffer, take: (chunk: Uint8Array) => void): boolean {
    const at = this.#rest.indexOf(mark);
    const sure = at < 0 ? this.#rest.length - overlap(this.#rest, mark) : at;
    const piece = this.#rest.subarray(0, sure);
    // Done before the piece is passed: its taker may reuse the memory.
    this.#rest = this.#rest.subarray(at < 0 ? sure : at + mark.length);
    if (sure > 0) take(piece);
    return at >= 0;
  }
}

/** How many bytes at the end of `bytes` are those that `mark` begins with. */
function overlap(bytes: Buffer, mark: Buffer): number {
  const tail = bytes.subarray(Math.max(0, bytes.length - mark.length + 1));
  for (let at = tail.indexOf(mark[0]!); at >= 0; at = tail.indexOf(mark[0]!, at + 1)) {
    const end = tail.subarray(at);
    if (end.equals(mark.subarray(0, end.length))) return end.length;
  }
  return 0;
}

const asBuffer = ({ buffer, byteOffset, byteLength }: Uint8Array) => Buffer.from(buffer, byteOffset, byteLength);
