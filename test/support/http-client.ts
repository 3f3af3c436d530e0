import { Agent, request, type IncomingHttpHeaders } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** One request as it is sent: its headers are written as they stand here. */
export interface Call {
  method: string;
  /** Path and query, already encoded. */
  path: string;
  headers?: Record<string, string>;
  body?: Buffer | string | undefined;
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** How long an answer may take, in milliseconds. */
const PATIENCE_MS = 60_000;

/** Sends requests to one server over connections that stay open, and changes nothing of them on the way. */
export class HttpClient {
  readonly #origin: string;
  readonly #agent: Agent;

  constructor(origin: string, connections = 8) {
    this.#origin = origin;
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  /** Sends again what met a connection that the server had just closed for idleness (RFC 9112, section 9.3.1). */
  async send(call: Call): Promise<Answer> {
    const first = this.#sendOnce(call);
    return first.answer.catch((error: NodeJS.ErrnoException) => {
      if (first.sent.reusedSocket && error.code === 'ECONNRESET') return this.#sendOnce(call).answer;
      throw error;
    });
  }

  #sendOnce({ method, path, headers = {}, body }: Call) {
    const { hostname, port } = new URL(this.#origin);
    const length = body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const sent = request(
      { hostname, port, method, path, agent: this.#agent, headers: { ...length, ...headers } },
      (response) => {
        const { statusCode = 0, headers: received } = response;
        buffer(response).then((bytes) => resolve({ status: statusCode, headers: received, body: bytes }), reject);
      },
    );
    sent.on('error', reject);
    sent.setTimeout(PATIENCE_MS, () => sent.destroy(new Error(`No answer within ${PATIENCE_MS} ms`)));
    sent.end(body);
    return { sent, answer: promise };
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** The body of an answer as JSON. */
export const jsonOf = ({ body }: Answer): unknown => JSON.parse(body.toString());
