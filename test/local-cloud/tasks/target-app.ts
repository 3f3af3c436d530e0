import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A call as the application saw it. */
export interface SeenCall {
  method: string;
  path: string;
  /** Names in lower case, as node:http gives them. */
  headers: IncomingHttpHeaders;
  /** Names and values alternating, as they came. */
  rawHeaders: string[];
  body: string;
}

/** The HTTP status of the answer to the call of that index. */
export type Answer = (call: SeenCall, index: number) => number | Promise<number>;

export interface TargetApp {
  url: string;
  calls: SeenCall[];
  /** Resolves when `count` calls have come in. */
  seen(count: number): Promise<void>;
  answer: Answer;
  stop(): Promise<void>;
}

/** An application that writes down who calls it and answers as it is told (200 at first). */
export async function startTargetApp(port = 0): Promise<TargetApp> {
  const waiting = new Set<() => void>();
  const app: Omit<TargetApp, 'url' | 'stop'> = {
    calls: [],
    answer: () => 200,
    async seen(count) {
      while (app.calls.length < count) await new Promise<void>((resolve) => waiting.add(resolve));
    },
  };
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = '', url: path = '', headers, rawHeaders } = request;
    const call = { method, path, headers, rawHeaders, body: Buffer.concat(chunks).toString() };
    const index = app.calls.push(call) - 1;
    for (const resolve of waiting) resolve();
    waiting.clear();
    response.writeHead(await app.answer(call, index)).end();
  };
  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return Object.assign(app, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop });
}
