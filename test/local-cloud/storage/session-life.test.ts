import { request } from 'node:http';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { someBytes, startLocal, type LocalStorage } from './endpoint.ts';
import { openSession, progress, put, QUANTUM } from './sessions.ts';

const DAY = 86_400_000;
let local: LocalStorage;

beforeEach(async () => {
  local = await startLocal();
});
afterEach(() => local.stop());

const incoming = () => readdirSync(join(local.dataDir, 'objects/incoming'));

/** Begins to PUT `bytes` of an announced larger body, and resolves when they have been sent; nothing more follows. */
function beginPut(uri: string, bytes: Buffer) {
  const upload = request(uri, { method: 'PUT', headers: { 'content-length': String(bytes.length * 2) } });
  upload.on('error', () => undefined);
  return new Promise<typeof upload>((resolve) => upload.write(bytes, () => resolve(upload)));
}

const statusOf = async (uri: string) => progress(await put(uri, '*/*'));

test('[unverified] a session ends after a week, and its bytes are removed', async () => {
  const uri = await openSession(local, 'late');
  await put(uri, `0-${QUANTUM - 1}/*`, someBytes(QUANTUM));
  expect(incoming()).toHaveLength(1);
  local.clock.advance(7 * DAY);
  expect((await put(uri, '*/*')).status).toBe(404);
  local.clock.advance(DAY);
  expect(incoming()).toHaveLength(0);
});

test('a cancelled session leaves no bytes', async () => {
  const uri = await openSession(local, 'cancelled');
  await put(uri, `0-${QUANTUM - 1}/*`, someBytes(QUANTUM));
  await fetch(uri, { method: 'DELETE' });
  expect(incoming()).toHaveLength(0);
});

test('[unverified] a request whose caller has lost the connection gives way to the next one, which goes on behind it', async () => {
  const bytes = someBytes(4 * QUANTUM);
  const uri = await openSession(local, 'taken over');
  const lost = await beginPut(uri, bytes.subarray(0, 2 * QUANTUM));
  const [status, range] = await statusOf(uri);
  expect(status).toBe(308);
  const kept = range ? Number(String(range).split('-')[1]) + 1 : 0;
  expect(kept % QUANTUM).toBe(0);
  expect((await put(uri, `${kept}-*/*`, bytes.subarray(kept))).status).toBe(200);
  expect((await local.bucket.file('taken over').download())[0].equals(bytes)).toBe(true);
  lost.destroy();
});

test('a session that is cut half-way keeps whole quanta, and is finished by the rest', async () => {
  const bytes = someBytes(5 * QUANTUM);
  const uri = await openSession(local, 'cut');
  local.service.faults.cutWrites(1);
  await expect(put(uri, '0-*/*', bytes)).rejects.toThrow('fetch failed');
  const [status, range] = await statusOf(uri);
  expect(status).toBe(308);
  const kept = Number(String(range).split('-')[1]) + 1;
  expect(kept).toBeGreaterThanOrEqual(2 * QUANTUM);
  expect(kept % QUANTUM).toBe(0);
  expect((await put(uri, `${kept}-*/*`, bytes.subarray(kept))).status).toBe(200);
  expect((await local.bucket.file('cut').download())[0].equals(bytes)).toBe(true);
});

test("Google's client survives a cut by itself, when it may try again", async () => {
  const bytes = someBytes(3_000_000);
  local.storage.retryOptions.autoRetry = true;
  local.service.faults.cutWrites(1);
  const file = local.bucket.file('retried');
  await file.save(bytes, { resumable: true, preconditionOpts: { ifGenerationMatch: 0 } });
  expect((await file.download())[0].equals(bytes)).toBe(true);
});
