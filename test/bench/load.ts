import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { median } from './alternate.ts';

export interface Load {
  /** Base URL of a server on this machine. */
  url: string;
  /** Each is asked for once, in this order. */
  paths: string[];
  headers: Record<string, string>;
  /** Kept open, each with one request at a time. */
  connections: number;
  /** The only status that counts as an answer. */
  status: number;
}

export interface LoadResult {
  perSecond: number;
  /** Median time from request to the last byte of its answer, in milliseconds. */
  medianMs: number;
  /** What all but one in a hundred stay below. */
  p99Ms: number;
}

/** No load lasts longer than this, in milliseconds: what is left of it is not sent. */
const TIME_LIMIT = 60_000;

/**
 * Loads a server through bare sockets: parsing answers as a full client does would cost as much as the servers spend on
 * them, and the faster of two servers would look slower than it is. Rejects with the first answer of another status.
 */
export async function load({ url, paths, headers, connections, status }: Load): Promise<LoadResult> {
  const left = paths.values();
  const times: number[] = [];
  const target = new URL(url);
  const head = Object.entries({ Host: target.host, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  const started = performance.now();

  async function work(): Promise<void> {
    const connection = await connect(target);
    try {
      for (const path of left) {
        const sent = performance.now();
        if (sent - started > TIME_LIMIT) break;
        const answered = await connection.ask(`GET ${path} HTTP/1.1\r\n${head.join('')}\r\n`);
        if (answered !== status) throw new Error(`${path} was answered with ${answered} instead of ${status}.`);
        times.push(performance.now() - sent);
      }
    } finally {
      connection.close();
    }
  }

  await Promise.all(Array.from({ length: connections }, work));
  return {
    perSecond: (times.length / (performance.now() - started)) * 1000,
    medianMs: median(times),
    p99Ms: times.toSorted((a, b) => a - b)[Math.floor(0.99 * times.length)] ?? NaN,
  };
}

export interface Connection {
  /** Sends a request; the status of its answer, once its last byte is there. */
  ask(request: string | Buffer): Promise<number>;
  /** Whether a further request may be sent. */
  isOpen(): boolean;
  close(): void;
}

export async function connect({ hostname, port }: URL): Promise<Connection> {
  const socket: Socket = createConnection({ host: hostname, port: Number(port), noDelay: true });
  await once(socket, 'connect');
  let ended = false;
  let waiting = Promise.withResolvers<number>();
  socket.on(
    'data',
    answerReader((status) => waiting.resolve(status)),
  );
  socket.on('error', (error) => waiting.reject(error));
  socket.on('end', () => (ended = true));
  socket.on('close', () => waiting.reject(new Error('The server hung up.')));
  return {
    isOpen: () => !ended && socket.writable,
    ask(request) {
      waiting = Promise.withResolvers();
      socket.write(request);
      return waiting.promise;
    },
    close() {
      waiting.promise.catch(() => undefined);
      socket.destroy();
    },
  };
}

/** Counts the bytes of answers; only such with a Content-Length, or without a body, are understood. */
function answerReader(done: (status: number) => void): (chunk: Buffer) => void {
  let head: Buffer = Buffer.alloc(0);
  let body: { status: number; left: number } | undefined;
  return (chunk) => {
    let rest = chunk;
    if (!body) {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      body = bodyOf(head.toString('latin1', 0, end));
      rest = head.subarray(end + 4);
      head = Buffer.alloc(0);
    }
    body.left -= rest.length;
    if (body.left > 0) return;
    const { status } = body;
    body = undefined;
    done(status);
  };
}

function bodyOf(head: string): { status: number; left: number } {
  const status = Number(head.slice(9, 12));
  if (status === 304 || status === 204) return { status, left: 0 };
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length === undefined) throw new Error('An answer has no Content-Length.');
  return { status, left: Number(length) };
}
