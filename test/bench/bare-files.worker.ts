import { createReadStream, createWriteStream } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parentPort, workerData } from 'node:worker_threads';

// The reference of Storage: what node:http costs when it pipes a body into a file, and a file into an answer.
const folder = workerData as string;

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const file = join(folder, request.url ?? '');
  if (request.method === 'PUT') {
    // The second reference: as durable as an object is.
    const flush = request.headers['x-flush'] === '1';
    await pipeline(request, createWriteStream(file, { flush }));
    response.end();
  } else {
    await pipeline(createReadStream(file), response);
  }
}

const server = createServer((request, response) => void answer(request, response));
server.listen(0, '127.0.0.1', () => parentPort?.postMessage((server.address() as AddressInfo).port));
