import { mkdtempSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { someBytes, startLocal, type LocalStorage } from './endpoint.ts';
import { openSession, progress, put, QUANTUM } from './sessions.ts';

let dataDir: string;
let local: LocalStorage;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'storage-'));
  local = await startLocal({ dataDir });
});
afterEach(async () => {
  await local.stop();
  rmSync(dataDir, { recursive: true });
});

/** Stops and starts again on the same folder; returns where a URI of the former process now leads. */
async function restart(uri = local.base): Promise<string> {
  const former = local.base;
  await local.stop();
  local = await startLocal({ dataDir });
  return uri.replace(former, local.base);
}

test('objects, buckets and their metadata are there again', async () => {
  const bytes = someBytes(500_000);
  await local.bucket.file('kept').save(bytes, { resumable: true, contentType: 'image/png' });
  await local.bucket.setMetadata({ labels: { a: 'b' } });
  const [before] = await local.bucket.file('kept').getMetadata();
  await restart();
  const [after] = await local.bucket.file('kept').getMetadata();
  expect(after).toMatchObject({ generation: before.generation, contentType: 'image/png', crc32c: before.crc32c });
  expect((await local.bucket.file('kept').download())[0].equals(bytes)).toBe(true);
  expect((await local.bucket.getMetadata())[0].labels).toEqual({ a: 'b' });
});

test('a session goes on where it was, and its checksums are those of all bytes', async () => {
  const bytes = someBytes(2 * QUANTUM + 10);
  const opened = await openSession(local, 'resumed');
  await put(opened, `0-${QUANTUM - 1}/*`, bytes.subarray(0, QUANTUM));
  const uri = await restart(opened);
  expect(progress(await put(uri, '*/*'))).toEqual([308, `bytes=0-${QUANTUM - 1}`]);
  expect((await put(uri, `${QUANTUM}-*/*`, bytes.subarray(QUANTUM))).status).toBe(200);
  expect((await local.bucket.file('resumed').download())[0].equals(bytes)).toBe(true);
});

test('a finished session still tells its object', async () => {
  const opened = await openSession(local, 'finished');
  await put(opened, '0-*/*', someBytes(10));
  const response = await put(await restart(opened), '*/*');
  expect(await response.json()).toMatchObject({ name: 'finished', size: '10' });
});

test('generations go on rising, though the clock stands still and the newest object is gone', async () => {
  const file = local.bucket.file('again');
  await file.save('x', { resumable: false });
  const [{ generation }] = await file.getMetadata();
  await file.delete();
  await restart();
  await local.bucket.file('again').save('y', { resumable: false });
  const [after] = await local.bucket.file('again').getMetadata();
  expect(Number(after.generation)).toBeGreaterThan(Number(generation));
});

test('a folder of an earlier version is taken on, and what its buckets kept without effect goes with the next change', async () => {
  await local.bucket.file('old').save('x', { resumable: false });
  await local.stop();
  const database = new DatabaseSync(join(dataDir, 'storage.sqlite'));
  database.exec('ALTER TABLE objects DROP COLUMN holdReleased; DROP TABLE soft_deleted;');
  database.exec(`UPDATE buckets SET fields = '{"rpo":"ASYNC_TURBO","labels":{"a":"b"}}'`);
  database.close();
  local = await startLocal({ dataDir });
  expect((await local.bucket.file('old').download())[0].toString()).toBe('x');
  await local.bucket.setMetadata({ softDeletePolicy: { retentionDurationSeconds: 7 * 86_400 } });
  const [metadata] = await local.bucket.getMetadata();
  expect([metadata.labels, metadata.rpo]).toEqual([{ a: 'b' }, undefined]);
  await local.bucket.file('old').delete();
  expect((await local.bucket.getFiles({ softDeleted: true }))[0]).toHaveLength(1);
});

test('soft-deleted objects are there again, and can be restored', async () => {
  await local.bucket.setMetadata({ softDeletePolicy: { retentionDurationSeconds: 7 * 86_400 } });
  await local.bucket.file('soft').save('bytes', { resumable: false });
  const [{ generation }] = await local.bucket.file('soft').getMetadata();
  await local.bucket.file('soft').delete();
  await restart();
  await local.bucket.file('soft').restore({ generation: Number(generation) });
  expect((await local.bucket.file('soft').download())[0].toString()).toBe('bytes');
});
