import express, { type Response } from 'express';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { createUploadThrottle, DELAY_MS, PIECE_BYTES } from '../../src/features/photos/upload-throttle.ts';
import { manualClock } from '../../src/runtime/clock.ts';
import { listen } from '../support/instance.ts';

/** A throttle whose delays are counted on a clock that stands until it is moved. */
function standingThrottle(picturesWait = () => false) {
  const clock = manualClock(0);
  const delay = () => new Promise<void>((resolve) => void clock.after(DELAY_MS, resolve));
  return { clock, uploadThrottle: createUploadThrottle(picturesWait, delay) };
}

/** A server whose only answers are those that the test gives. */
async function startServer() {
  const { clock, uploadThrottle } = standingThrottle();
  const asked = Promise.withResolvers<Response>();
  const { url, stop } = await listen(
    express().use(uploadThrottle.watch, (_request, response) => asked.resolve(response)),
  );
  onTestFinished(stop);
  return { clock, uploadThrottle, asked: asked.promise, url };
}

/** Whether a piece is still held up after turns of the event loop, of which a piece without a delay takes one. */
async function isDelayed(piece: Promise<void>): Promise<boolean> {
  let delayed = true;
  void piece.then(() => (delayed = false));
  for (let turn = 0; turn < 5; turn++) await nextTurn();
  return delayed;
}

const closed = (response: Response) =>
  new Promise<void>((resolve) => (response.closed ? resolve() : response.once('close', () => resolve())));

test('an upload waits while another request is read, for a bounded time, and goes on at once after its answer', async () => {
  const { clock, uploadThrottle, asked, url } = await startServer();
  const reading = fetch(url);
  const response = await asked;
  const piece = uploadThrottle.upload()(PIECE_BYTES);
  clock.advance(DELAY_MS - 1);
  expect(await isDelayed(piece)).toBe(true);
  clock.advance(1);
  expect(await isDelayed(piece)).toBe(false);

  response.end('A page.');
  await (await reading).text();
  await closed(response);
  expect(await isDelayed(uploadThrottle.upload()(PIECE_BYTES))).toBe(false);
});

test('an upload in small pieces is delayed as seldom as one in large pieces', async () => {
  const { clock, uploadThrottle, asked, url } = await startServer();
  const reading = fetch(url);
  const response = await asked;
  const [small, large] = [uploadThrottle.upload(), uploadThrottle.upload()];
  const first = large(PIECE_BYTES);
  for (let piece = 0; piece < 3; piece++) expect(await isDelayed(small(PIECE_BYTES / 4))).toBe(false);
  const fourth = small(PIECE_BYTES / 4);
  expect([await isDelayed(first), await isDelayed(fourth)]).toEqual([true, true]);
  clock.advance(DELAY_MS);
  expect([await isDelayed(first), await isDelayed(fourth)]).toEqual([false, false]);
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
    await closed(response);
  }
  expect(await isDelayed(uploadThrottle.upload()(PIECE_BYTES))).toBe(false);
  gone.abort();
  await request;
});

test('an upload is delayed while pictures wait for the decoder, and goes on at once when none waits', async () => {
  let waiting = 1;
  const { clock, uploadThrottle } = standingThrottle(() => waiting > 0);
  const upload = uploadThrottle.upload();
  const piece = upload(PIECE_BYTES);
  expect(await isDelayed(piece)).toBe(true);
  waiting = 0;
  expect(await isDelayed(upload(PIECE_BYTES))).toBe(false);
  clock.advance(DELAY_MS);
  await piece;
});

test("an upload is delayed on the machine's own clock where no other is given", async () => {
  const upload = createUploadThrottle(() => true).upload();
  const begun = performance.now();
  await upload(PIECE_BYTES);
  // A timer of Node's counts whole milliseconds. A slow machine only takes longer.
  expect(performance.now() - begun).toBeGreaterThanOrEqual(DELAY_MS - 1);
});
