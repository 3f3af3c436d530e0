import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { bucketLine } from '../support/bucket-line.ts';
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
  // Unread bytes fill the buffers between the bucket and the client, and then nothing moves.
  for (let moving = true; moving;) moving = (await reading?.grown()) ?? false;
  expect(reading?.bytes).toBeLessThan(SIZE);
  let received = 0;
  for await (const chunk of response) received += (chunk as Buffer).length;
  expect(received).toBe(SIZE);
});

test('a HEAD asks the bucket once whether the original is there, and what is answered 304 asks it nothing', async () => {
  const before = line.taken();
  const etag = `"${body.photo.sha256}"`;
  const head = await fetch(`${app}${original}`, { method: 'HEAD' });
  expect([head.status, head.headers.get('content-length')]).toEqual([200, String(SIZE)]);
  const { status } = await fetch(`${app}${original}`, { headers: { 'If-None-Match': etag } });
  expect(status).toBe(304);
  expect(line.taken()).toBe(before + 1);
});

async function download(): Promise<IncomingMessage> {
  const [response] = (await once(get(`${app}${original}`, { agent: false }), 'response')) as [IncomingMessage];
  expect(response.statusCode).toBe(200);
  return response;
}
