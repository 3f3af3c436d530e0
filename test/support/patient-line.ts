import { once } from 'node:events';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll } from 'vitest';

/** How often a request is made before its refusal counts. */
const TRIES = 4;

/**
 * A line to the service at the URL `target` that does what a phone does: a request that could not be served just now
 * (503 with `Retry-After`) is made again, with the same bytes. All else passes as it is. Closes after the last test of
 * the file.
 */
export async function patientLine(target: string): Promise<string> {
  const { hostname, port } = new URL(target);
  const server = http.createServer((request, response) => {
    pass({ hostname, port, agent: false }, request, response).catch(() => void response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function pass(to: http.RequestOptions, request: http.IncomingMessage, response: http.ServerResponse) {
  const body: Buffer[] = [];
  request.on('data', (chunk: Buffer) => void body.push(chunk));
  let reply = await send(to, request, response, (far) => void request.pipe(far));
  // Whatever the service has not taken of the first try goes into the next ones, or nowhere.
  request.unpipe();
  request.resume();
  for (let tries = 1; isForNow(reply) && tries < TRIES; tries++) {
    reply.resume();
    if (!request.complete) await once(request, 'end');
    reply = await send(to, request, response, (far) => void far.end(Buffer.concat(body)));
  }
  response.writeHead(reply.statusCode ?? 502, reply.statusMessage ?? '', reply.rawHeaders);
  reply.on('error', () => response.destroy()).pipe(response);
}

async function send(
  to: http.RequestOptions,
  { method = 'GET', url: path = '/', rawHeaders: headers }: http.IncomingMessage,
  near: http.ServerResponse,
  give: (far: http.ClientRequest) => void,
): Promise<http.IncomingMessage> {
  const far = http.request({ ...to, method, path, headers });
  near.once('close', () => far.destroy());
  give(far);
  const [reply] = (await once(far, 'response')) as [http.IncomingMessage];
  // The service may hang up on what it does not want to read any more.
  far.on('error', () => {});
  return reply;
}

const isForNow = ({ statusCode, headers }: http.IncomingMessage) => statusCode === 503 && 'retry-after' in headers;
