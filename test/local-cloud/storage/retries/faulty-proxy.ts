import { once } from 'node:events';
import { createServer, request as requestHttp, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { isJsonPath, parseAddress } from '../../../../src/local-cloud/storage/server/address.ts';
import { findRoute, jsonRoutes } from '../../../../src/local-cloud/storage/server/routes.ts';

/** What Google's retry tests ask their testbench to do with a request: `return-503`, `return-503-after-256K`, … */
export type Instruction = string;

/** Stands in front of a Cloud Storage and spoils the requests of one API method, one for each instruction. */
export interface FaultyProxy {
  base: string;
  /** From now on. `method` is a name of the discovery document, such as `storage.objects.get`. */
  spoil(method: string, instructions: readonly Instruction[]): void;
  /** The instructions that no request has met so far. */
  left(): Instruction[];
  stop(): Promise<void>;
}

/** Starts a proxy to `target`; `onRequest` is called before a request goes through. */
export async function faultyProxy(target: string, onRequest: (request: IncomingMessage) => void): Promise<FaultyProxy> {
  let spoiled = '';
  let instructions: Instruction[] = [];
  const server = createServer((request, response) => {
    const { url = '', method = 'GET' } = request;
    const next = methodOf(method, url) === spoiled ? instructions[0] : undefined;
    onRequest(request);
    const done = next === undefined ? pass(target, request, response) : spoilOne(target, next, request, response);
    done.then(
      (met) => void (next !== undefined && met && instructions.shift()),
      () => request.socket.destroy(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spoil(method, list) {
      spoiled = method;
      instructions = [...list];
    },
    left: () => instructions,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The API method of a request; all that is no call of the JSON API is the read of an object. */
function methodOf(method: string, url: string): string | undefined {
  const { path } = parseAddress(url);
  return isJsonPath(path) ? findRoute(jsonRoutes, method, path)?.route.name : 'storage.objects.get';
}

/** Carries an instruction out. Returns whether this was the request that it is for. */
async function spoilOne(target: string, next: Instruction, request: IncomingMessage, response: ServerResponse) {
  const [, status, after] = /^return-(\d{3})(?:-after-(\d+)K)?$/.exec(next) ?? [];
  if (after !== undefined) return keepAndRefuse(target, Number(status), Number(after) * 1024, request, response);
  if (status === undefined) request.socket.destroy();
  else await refuse(Number(status), request, response);
  return true;
}

async function refuse(status: number, request: IncomingMessage, response: ServerResponse): Promise<void> {
  await buffer(request);
  const error = { code: status, message: 'Spoiled on purpose.', errors: [{ reason: 'backendError' }] };
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ error }));
}

/** Lets the first `kept` bytes of an upload through and refuses the request that brings more. */
async function keepAndRefuse(
  target: string,
  status: number,
  kept: number,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const body = await buffer(request);
  const start = Number(/^bytes (\d+)-/.exec(request.headers['content-range'] ?? '')?.[1] ?? Number.NaN);
  const isIt = start < kept && start + body.length >= kept;
  if (!isIt) {
    await pass(target, request, response, body);
    return false;
  }
  const headers = { host: request.headers.host, 'content-range': `bytes ${start}-${kept - 1}/*` };
  const partial = requestHttp(`${target}${request.url}`, { method: 'PUT', headers }).end(
    body.subarray(0, kept - start),
  );
  const [reply] = (await once(partial, 'response')) as [IncomingMessage];
  await buffer(reply);
  await refuse(status, request, response);
  return true;
}

async function pass(target: string, request: IncomingMessage, response: ServerResponse, body?: Buffer) {
  const { method, headers } = request;
  const onward = requestHttp(`${target}${request.url}`, { method, headers, agent: false });
  if (body) onward.end(body);
  else request.pipe(onward);
  const [reply] = (await once(onward, 'response')) as [IncomingMessage];
  response.writeHead(reply.statusCode ?? 500, reply.headers);
  reply.pipe(response);
  return true;
}
