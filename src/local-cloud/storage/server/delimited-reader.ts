import { StorageError } from '../storage-error.ts';
import type { Bytes } from '../store/blobs.ts';

/** Reads a byte stream in pieces that end at marks. */
export class DelimitedReader {
  #chunks: AsyncIterator<Uint8Array> | Iterator<Uint8Array>;
  #rest: Buffer;

  /** `before` is taken as if it stood in front of the stream. */
  constructor(bytes: Bytes, before: string) {
    this.#chunks = Symbol.asyncIterator in bytes ? bytes[Symbol.asyncIterator]() : bytes[Symbol.iterator]();
    this.#rest = Buffer.from(before);
  }

  /**
   * Yields the bytes up to the next `mark`, which is left out.
   * @throws StorageError invalid when the stream ends without the mark
   */
  async *until(mark: Buffer): AsyncGenerator<Uint8Array> {
    for (let at = this.#rest.indexOf(mark); ; at = this.#rest.indexOf(mark)) {
      // Without the mark, all bytes but a possible beginning of it can be yielded.
      const sure = at < 0 ? this.#rest.length - overlap(this.#rest, mark) : at;
      const piece = this.#rest.subarray(0, sure);
      // Done before the piece is yielded: its consumer may reuse the memory.
      this.#rest = this.#rest.subarray(sure);
      if (sure > 0) yield piece;
      if (at >= 0) break;
      await this.#readOn();
    }
    this.#rest = this.#rest.subarray(mark.length);
  }

  async #readOn(): Promise<void> {
    const { value, done } = await this.#chunks.next();
    if (done) throw new StorageError('invalid', 'The multipart body ends without its closing boundary.');
    this.#rest = this.#rest.length === 0 ? asBuffer(value) : Buffer.concat([this.#rest, value]);
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
