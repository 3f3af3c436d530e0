import { StorageError } from '../storage-error.ts';
import type { Bytes } from '../store/blobs.ts';

/** Reads a byte stream piece by piece, each up to a mark. */
export class DelimitedReader {
  #chunks: AsyncIterator<Uint8Array>;
  #rest: Buffer;

  /** `before` is taken as if it stood in front of the stream. */
  constructor(bytes: Bytes, before: string) {
    this.#chunks = forward(bytes);
    this.#rest = Buffer.from(before);
  }

  /** The bytes up to the next `mark`, which is left out. Throws `invalid` if the stream ends without it. */
  async *until(mark: Buffer): AsyncGenerator<Uint8Array> {
    for (let at = this.#rest.indexOf(mark); ; at = this.#rest.indexOf(mark)) {
      // Without the mark, all but what could be its beginning is safe to hand on.
      const sure = at < 0 ? this.#rest.length - mark.length + 1 : at;
      if (sure > 0) yield this.#rest.subarray(0, sure);
      if (sure > 0) this.#rest = this.#rest.subarray(sure);
      if (at >= 0) break;
      await this.#readOn();
    }
    this.#rest = this.#rest.subarray(mark.length);
  }

  async #readOn(): Promise<void> {
    const { value, done } = await this.#chunks.next();
    if (done) throw new StorageError('invalid', 'The multipart body ends without its closing boundary.');
    this.#rest = this.#rest.length === 0 ? Buffer.from(value) : Buffer.concat([this.#rest, value]);
  }
}

async function* forward(bytes: Bytes): AsyncGenerator<Uint8Array> {
  yield* bytes;
}
