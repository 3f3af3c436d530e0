import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterAll, expect, test } from 'vitest';
import { picture } from '../support/picture.ts';
import { secondInstance } from '../support/second-instance.ts';
import { startWorld } from '../support/world.ts';

const SIZE = 24 * 2 ** 20;

const world = await startWorld();
const ana = await world.user();
const line = await bucketLine(world.cloud.endpoints.storage);
const app = await secondInstance(world, { storage: line.url });

const { body } = await ana.upload(await picture({ bytes: SIZE })).expect(201);
await world.drain();
const original = body.photo.original.url as string;

test('a download that is broken off leaves no open read behind', async () => {
  const response = await download();
  await once(response, 'readable');
  const [reading] = [...line.open];
  response.destroy();
  await reading?.closed;
  expect(reading?.bytes).toBeGreaterThan(0);
  expect(reading?.bytes).toBeLessThan(SIZE);
});

test('a client that does not read holds back the bucket, and gets the rest when it goes on', async () => {
  const response = await download();
  await once(response, 'readable');
  const [reading] = [...line.open];
  // What nobody reads fills the buffers between the bucket and the client, and then nothing moves.
  for (let moving = true; moving;) moving = (await reading?.grown()) ?? false;
  expect(reading?.bytes).toBeLessThan(SIZE);
  let received = 0;
  for await (const chunk of response) received += (chunk as Buffer).length;
  expect(received).toBe(SIZE);
});

test('a HEAD, and a request that is answered 304, read nothing', async () => {
  const before = line.taken();
  const etag = `"${body.photo.sha256}"`;
  await fetch(`${app}${original}`, { method: 'HEAD' });
  const { status } = await fetch(`${app}${original}`, { headers: { 'If-None-Match': etag } });
  expect(status).toBe(304);
  expect(line.taken()).toBe(before);
});

async function download(): Promise<IncomingMessage> {
  const [response] = (await once(get(`${app}${original}`, { agent: false }), 'response')) as [IncomingMessage];
  expect(response.statusCode).toBe(200);
  return response;
}

interface Reading {
  /** Bytes that the bucket has sent. */
  bytes: number;
  closed: Promise<unknown>;
  /** Whether more of them come within a moment. */
  grown(): Promise<boolean>;
}

/** A line to the bucket that counts what comes from it. */
async function bucketLine(target: string) {
  const { hostname, port } = new URL(target);
  const open = new Set<Reading>();
  let taken = 0;
  const server = createServer((near: Socket) => {
    const far = connect(Number(port), hostname);
    const reading: Reading = {
      bytes: 0,
      closed: new Promise((resolve) => near.once('close', resolve)),
      grown: () => grows(far),
    };
    open.add(reading);
    near.pipe(far).pipe(near);
    near.on('data', () => void (taken += 1));
    far.on('data', (chunk: Buffer) => void (reading.bytes += chunk.length));
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => (other.destroy(), open.delete(reading)));
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  afterAll(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, open, taken: () => taken };
}

const grows = (socket: Socket) =>
  new Promise<boolean>((resolve) => {
    const quiet = setTimeout(resolve, 300, false);
    socket.once('data', () => (clearTimeout(quiet), resolve(true)));
  });
