import { once } from 'node:events';
import { Agent, request, type IncomingMessage, type RequestOptions } from 'node:http';
import { Worker } from 'node:worker_threads';
import { alternate } from './alternate.ts';
import type { Figure } from './figure.ts';
import { startCloud } from './local-cloud.ts';
import { temporaryFolder } from './temporary-folder.ts';

const BYTES = 5_000_000;
const OBJECTS = 60;
const AT_ONCE = 4;
const ROUNDS = 5;

/** Objects that stream to and from the local Storage, against a bare server that pipes to and from files. */
export async function measureStorageThroughput(scope: AsyncDisposableStack): Promise<Figure[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  scope.defer(() => agent.destroy());
  const bare = await startBareFiles(scope);
  const cloud = await startStorage(scope);
  const uploads = await alternate(ROUNDS, {
    ours: () => throughput((number) => send(agent, cloud.upload(number))),
    theirs: () => throughput((number) => send(agent, { method: 'PUT', ...bare(number) })),
    theirsFlushed: () => throughput((number) => send(agent, { method: 'PUT', ...bare(number) }, { 'X-Flush': '1' })),
  });
  const downloads = await alternate(ROUNDS, {
    ours: () => throughput((number) => receive(agent, cloud.download(number))),
    theirs: () => throughput((number) => receive(agent, bare(number))),
  });
  const what = `${OBJECTS} objects of ${BYTES / 1e6} MB, ${AT_ONCE} at once`;
  const bareFiles = 'bare node:http and files';
  const figure = (name: string, how: string, value: number, reference: Figure['reference'], ratio: number): Figure => {
    return {
      name,
      what: what + how,
      value,
      unit: 'MB/s',
      ...(reference && { reference }),
      aim: { is: 'at least', ratio },
    };
  };
  const { ours, theirs, theirsFlushed } = uploads;
  const how = ', MD5 and CRC32C taken, each on disk';
  return [
    figure('storage-upload', how, ours, { what: bareFiles, value: theirs }, 0.5),
    figure('storage-upload', how, ours, { what: `${bareFiles}, each flushed to disk`, value: theirsFlushed }, 0.5),
    figure('storage-download', '', downloads.ours, { what: bareFiles, value: downloads.theirs }, 0.8),
  ];
}

/** Where a request goes. */
type Where = Pick<RequestOptions, 'method' | 'host' | 'port' | 'path'>;

async function startStorage(scope: AsyncDisposableStack) {
  const { cloud, bucket } = await startCloud(await temporaryFolder(scope));
  scope.defer(() => cloud.stop());
  const { hostname: host, port } = new URL(cloud.endpoints.storage);
  const names = `/storage/v1/b/${bucket.name}/o`;
  return {
    upload: (number: number): Where => ({
      method: 'POST',
      host,
      port,
      path: `/upload${names}?uploadType=media&name=object-${number}`,
    }),
    download: (number: number): Where => ({ host, port, path: `${names}/object-${number}?alt=media` }),
  };
}

/** In a thread of its own, as the local cloud has one. */
async function startBareFiles(scope: AsyncDisposableStack): Promise<(number: number) => Where> {
  const folder = await temporaryFolder(scope);
  const worker = new Worker(new URL('bare-files.worker.ts', import.meta.url), { workerData: folder });
  scope.defer(async () => void (await worker.terminate()));
  const [port] = (await once(worker, 'message')) as [number];
  return (number) => ({ host: '127.0.0.1', port, path: `/object-${number}` });
}

const CONTENT = Buffer.alloc(BYTES, 'the content of a photo does not matter here');

async function send(agent: Agent, where: Where, headers = {}): Promise<void> {
  const sent = request({ ...where, agent, headers: { 'Content-Length': BYTES, ...headers } });
  sent.end(CONTENT);
  await answer(sent);
}

async function receive(agent: Agent, where: Where): Promise<void> {
  const sent = request({ ...where, agent });
  sent.end();
  const size = await answer(sent);
  if (size !== BYTES) throw new Error(`${size} bytes came of ${BYTES}.`);
}

/** The size of a good answer. */
async function answer(sent: ReturnType<typeof request>): Promise<number> {
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  let size = 0;
  response.on('data', (chunk: Buffer) => void (size += chunk.length));
  await once(response, 'end');
  if (response.statusCode !== 200) throw new Error(`${sent.path} was answered with ${response.statusCode}.`);
  return size;
}

/** Megabytes a second. */
async function throughput(transfer: (number: number) => Promise<void>): Promise<number> {
  const left = Array(OBJECTS).keys();
  const work = async () => {
    for (const number of left) await transfer(number);
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return (OBJECTS * BYTES) / 1e3 / (performance.now() - started);
}
