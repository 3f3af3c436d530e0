import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Bytes } from '../store/bytes.ts';

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

  /** How many uploads are still to lose their connection. */
  get cuts(): number {
    return this.#cuts;
  }

  get cutsEach(): boolean {
    return this.#cutsEach;
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

  #passTheSecondTime(request: IncomingMessage, bytes: Bytes): Bytes {
    return async (take) => {
      const cut = new Cut(request, take);
      let start = Buffer.alloc(0);
      let passOn: ((chunk: Uint8Array) => void) | undefined;
      const decide = () => {
        passOn = this.#isFurtherAttempt(start) ? take : (chunk) => cut.pass(chunk);
        if (start.length > 0) passOn(start);
      };
      await bytes((chunk) => {
        if (passOn) return passOn(chunk);
        start = Buffer.concat([start, chunk]);
        if (start.length >= TELLING_BYTES) decide();
      });
      if (!passOn) decide();
      if (passOn !== take) cut.end();
    };
  }

  /** Start and attempt of an upload are kept: attempts of several objects with the same bytes cannot be told apart. */
  #isFurtherAttempt(start: Buffer): boolean {
    const name = createHash('sha256').update(start.subarray(0, TELLING_BYTES)).digest('base64');
    const isKnown = this.#cutBefore.has(name);
    this.#cutBefore.add(name);
    return isKnown;
  }
}

function cutHalfWay(request: IncomingMessage, bytes: Bytes): Bytes {
  return async (take) => {
    const cut = new Cut(request, take);
    await bytes((chunk) => cut.pass(chunk));
    cut.end();
  };
}

/** Passes the first half of a body on, and then breaks the connection. */
class Cut {
  readonly #request: IncomingMessage;
  readonly #take: (chunk: Uint8Array) => void;
  /** Without a length the first piece counts as half: where the middle is, is not known. */
  readonly #half: number;
  #passed = 0;

  constructor(request: IncomingMessage, take: (chunk: Uint8Array) => void) {
    this.#request = request;
    this.#take = take;
    this.#half = Number(request.headers['content-length'] ?? 0) / 2;
  }

  pass(chunk: Uint8Array): void {
    this.#passed += chunk.length;
    this.#take(chunk);
    if (this.#passed >= this.#half) this.end();
  }

  end(): never {
    this.#request.socket.destroy();
    throw new Error('The connection was cut on purpose.');
  }
}
