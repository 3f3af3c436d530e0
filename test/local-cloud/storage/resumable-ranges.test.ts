import { expect, test } from 'vitest';
import { contract, someBytes } from './endpoint.ts';
import { openSession, progress, put, QUANTUM } from './sessions.ts';

const cloud = contract();
const stored = async (name: string) => (await cloud.bucket.file(name).download())[0];

test('a PUT without Content-Range is the whole object', async () => {
  const bytes = someBytes(300_000);
  const response = await put(await openSession(cloud, 'plain'), undefined, bytes);
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ kind: 'storage#object', name: 'plain', size: '300000' });
  expect((await stored('plain')).equals(bytes)).toBe(true);
});

test.each(['0-*/*', '0-*/300000', '0-299999/300000'])('one PUT of bytes %s is the whole object', async (range) => {
  const bytes = someBytes(300_000);
  const response = await put(await openSession(cloud, `one ${range}`), range, bytes);
  expect(response.status).toBe(200);
  expect((await stored(`one ${range}`)).equals(bytes)).toBe(true);
});

test('chunks of a known total make the object with the last one', async () => {
  const bytes = someBytes(2 * QUANTUM + 100);
  const uri = await openSession(cloud, 'known');
  const total = bytes.length;
  expect(progress(await put(uri, `0-${QUANTUM - 1}/${total}`, bytes.subarray(0, QUANTUM)))).toEqual([
    308,
    `bytes=0-${QUANTUM - 1}`,
  ]);
  expect((await put(uri, `${QUANTUM}-${total - 1}/${total}`, bytes.subarray(QUANTUM))).status).toBe(200);
  expect((await stored('known')).equals(bytes)).toBe(true);
});

test('chunks of an unknown total go on until one names the total', async () => {
  const bytes = someBytes(QUANTUM + 7);
  const uri = await openSession(cloud, 'unknown');
  expect((await put(uri, `0-${QUANTUM - 1}/*`, bytes.subarray(0, QUANTUM))).status).toBe(308);
  expect((await put(uri, `${QUANTUM}-${QUANTUM + 6}/${QUANTUM + 7}`, bytes.subarray(QUANTUM))).status).toBe(200);
  expect((await stored('unknown')).equals(bytes)).toBe(true);
});

test('a question that names the total which is kept already makes the object', async () => {
  const bytes = someBytes(QUANTUM);
  const uri = await openSession(cloud, 'closing question');
  await put(uri, `0-${QUANTUM - 1}/*`, bytes);
  expect((await put(uri, `*/${QUANTUM}`)).status).toBe(200);
  expect((await stored('closing question')).equals(bytes)).toBe(true);
});

test('an empty object is made by the question for zero bytes', async () => {
  expect((await put(await openSession(cloud, 'zero'), '*/0')).status).toBe(200);
  expect(await stored('zero')).toHaveLength(0);
});

test('bytes beyond a multiple of 256 KiB are dropped, and Range says so', async () => {
  const bytes = someBytes(QUANTUM + 1000);
  const uri = await openSession(cloud, 'dropped');
  expect(progress(await put(uri, `0-${bytes.length - 1}/*`, bytes))).toEqual([308, `bytes=0-${QUANTUM - 1}`]);
  expect((await put(uri, `${QUANTUM}-*/${bytes.length}`, bytes.subarray(QUANTUM))).status).toBe(200);
  expect((await stored('dropped')).equals(bytes)).toBe(true);
});

test('bytes that are sent again do no harm', async () => {
  const bytes = someBytes(2 * QUANTUM);
  const uri = await openSession(cloud, 'again');
  await put(uri, `0-${QUANTUM - 1}/*`, bytes.subarray(0, QUANTUM));
  expect((await put(uri, '0-*/*', bytes)).status).toBe(200);
  expect((await stored('again')).equals(bytes)).toBe(true);
});

test('a chunk ahead of what is kept is 503, which clients retry, and what is kept stays', async () => {
  const uri = await openSession(cloud, 'gap');
  const response = await put(uri, `${QUANTUM}-${QUANTUM + 9}/*`, someBytes(10));
  expect(response.status).toBe(503);
  expect(await response.text()).toContain(
    `the upload offset is ${QUANTUM} byte(s), which exceeds already uploaded size`,
  );
  expect(progress(await put(uri, '*/*'))).toEqual([308, null]);
});

test.each(['0-9/5', '9-0/10', 'x', '0-9'])('the Content-Range bytes %s is refused', async (range) => {
  expect((await put(await openSession(cloud, 'odd'), range, someBytes(10))).status).toBe(400);
});
