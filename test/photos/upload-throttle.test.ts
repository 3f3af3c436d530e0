import express, { type Response } from 'express';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { createUploadThrottle, DELAY_MS, PIECE_BYTES } from '../../src/features/photos/upload-throttle.ts';

const NOTHING_WAITS = () => false;

/** A server whose only answers are those that the test gives. */
async function startServer() {
  const uploadThrottle = createUploadThrottle(NOTHING_WAITS);
  const asked = Promise.withResolvers<Response>();
  const app = express().use(uploadThrottle.watch, (_request, response) => asked.resolve(response));
  const server = app.listen(0, '127.0.0.1');
  onTestFinished(() => server.close().closeAllConnections());
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { uploadThrottle, asked: asked.promise, url };
}

const first = (bytes: Promise<void>, ms: number) =>
  Promise.race([bytes.then(() => 'the next piece'), pause(ms).then(() => 'the timer')]);

test('an upload waits while another request is read, for a bounded time, and goes on at once after its answer', async () => {
  const { uploadThrottle, asked, url } = await startServer();
  const reading = fetch(url);
  const response = await asked;
  const piece = uploadThrottle.upload()(PIECE_BYTES);
  expect(await first(piece, 1)).toBe('the timer');
  expect(await first(piece, 20 * DELAY_MS)).toBe('the next piece');

  response.end('A page.');
  await (await reading).text();
  await new Promise<void>((resolve) => (response.closed ? resolve() : response.once('close', () => resolve())));
  expect(await first(uploadThrottle.upload()(PIECE_BYTES), DELAY_MS)).toBe('the next piece');
});

test('an upload in small pieces is delayed as seldom as one in large pieces', async () => {
  const { uploadThrottle, asked, url } = await startServer();
  const reading = fetch(url);
  const response = await asked;
  const [small, large] = [uploadThrottle.upload(), uploadThrottle.upload()];
  const some = async () => {
    for (let piece = 0; piece < 3; piece++) await small(PIECE_BYTES / 4);
    return 'three small pieces';
  };
  expect(await Promise.race([some(), large(PIECE_BYTES).then(() => 'a large one')])).toBe('three small pieces');
  expect(await first(small(PIECE_BYTES / 4), 1)).toBe('the timer');
  response.end();
  await reading;
});

test.each(['abandoned', 'not one that reads'])('no upload waits for a request that is %s', async (which) => {
  const { uploadThrottle, asked, url } = await startServer();
  const gone = new AbortController();
  const request = fetch(url, { method: which === 'abandoned' ? 'GET' : 'POST', signal: gone.signal }).catch(
    () => undefined,
  );
  const response = await asked;
  if (which === 'abandoned') {
    gone.abort();
    await new Promise<void>((resolve) => response.once('close', () => resolve()));
  }
  expect(await first(uploadThrottle.upload()(PIECE_BYTES), DELAY_MS)).toBe('the next piece');
  gone.abort();
  await request;
});

test('an upload is delayed while pictures wait for the decoder, and goes on at once when none waits', async () => {
  let waiting = 1;
  const upload = createUploadThrottle(() => waiting > 0).upload();
  expect(await first(upload(PIECE_BYTES), 1)).toBe('the timer');
  waiting = 0;
  expect(await first(upload(PIECE_BYTES), DELAY_MS)).toBe('the next piece');
});
