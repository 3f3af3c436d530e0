import type { IncomingMessage } from 'node:http';
import type { Bytes } from '../store/blobs.ts';

/** What a tool for tests can break. */
export class Faults {
  #cuts = 0;

  /** The next `count` uploads lose their connection half-way. */
  cutWrites(count: number): void {
    this.#cuts = count;
  }

  /** The bytes of an upload, or the first half of them and then a broken connection. */
  pass(request: IncomingMessage, bytes: Bytes): Bytes {
    if (this.#cuts === 0) return bytes;
    this.#cuts -= 1;
    return cutHalfWay(request, bytes);
  }
}

async function* cutHalfWay(request: IncomingMessage, bytes: Bytes): AsyncGenerator<Uint8Array> {
  // Without a length the first piece counts as half: the client does not say when the middle has come.
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
