import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Bytes } from '../store/blobs.ts';

/** How many bytes at the start identify an upload that is sent again under another name. */
const TELLING_BYTES = 4096;

/** The faults that a test can inject. */
export class Faults {
  #cuts = 0;
  #cutsEach = false;
  readonly #cutBefore = new Set<string>();

  /** The next `count` uploads lose their connection half-way. */
  cutWrites(count: number): void {
    this.#cuts = count;
  }

  /** Every upload loses its connection half-way, and succeeds when the same bytes are sent again. */
  cutEachOnce(on: boolean): void {
    this.#cutsEach = on;
    this.#cutBefore.clear();
  }

  /** The bytes of an upload from `offset` on, or the first half of them and then a broken connection. */
  pass(request: IncomingMessage, bytes: Bytes, offset = 0): Bytes {
    if (this.#cuts > 0) {
      this.#cuts -= 1;
      return cutHalfWay(request, bytes);
    }
    // A request that continues after a cut is no new upload.
    return this.#cutsEach && offset === 0 ? this.#passTheSecondTime(request, bytes) : bytes;
  }

  async *#passTheSecondTime(request: IncomingMessage, bytes: Bytes): AsyncGenerator<Uint8Array> {
    const { start, whole } = await beginningOf(bytes);
    const name = createHash('sha256').update(start).digest('base64');
    // Kept for good: attempts of several objects with the same bytes cannot be told apart.
    const isFurtherAttempt = this.#cutBefore.has(name);
    this.#cutBefore.add(name);
    yield* isFurtherAttempt ? whole : cutHalfWay(request, whole);
  }
}

async function* cutHalfWay(request: IncomingMessage, bytes: Bytes): AsyncGenerator<Uint8Array> {
  // Without a length the first piece counts as half: where the middle is, is not known.
  const half = Number(request.headers['content-length'] ?? 0) / 2;
  let passed = 0;
  for await (const chunk of bytes) {
    yield chunk;
    passed += chunk.length;
    if (passed >= half) break;
  }
  request.socket.destroy();
  throw new Error('The connection was cut on purpose.');
}

/** The first bytes, and all of them to be read from there. */
async function beginningOf(bytes: Bytes): Promise<{ start: Buffer; whole: Bytes }> {
  const rest = Symbol.asyncIterator in bytes ? bytes[Symbol.asyncIterator]() : bytes[Symbol.iterator]();
  const chunks: Uint8Array[] = [];
  for (let size = 0; size < TELLING_BYTES; size += chunks.at(-1)!.length) {
    const { done, value } = await rest.next();
    if (done) break;
    chunks.push(value);
  }
  const whole = async function* (): AsyncGenerator<Uint8Array> {
    yield* chunks;
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
  };
  return { start: Buffer.concat(chunks).subarray(0, TELLING_BYTES), whole: whole() };
}
