import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { someBytes, startLocal, type LocalStorage } from './endpoint.ts';

let local: LocalStorage;

beforeEach(async () => {
  local = await startLocal();
});
afterEach(() => local.stop());

const LOST = { code: 'ECONNRESET' };

/** Files that hold bytes, of objects or of uploads under way, once what was cut has come to its end. */
async function files() {
  await local.service.idle();
  return readdirSync(join(local.dataDir, 'objects'), { recursive: true }).filter((name) => name !== 'incoming');
}

test.each([100, 100_000, 3_000_000])('a multipart upload of %i bytes that is cut leaves nothing', async (size) => {
  const file = local.bucket.file('cut');
  local.service.faults.cutWrites(1);
  await expect(file.save(someBytes(size), { resumable: false })).rejects.toMatchObject(LOST);
  expect(await file.exists()).toEqual([false]);
  expect(await files()).toEqual([]);
});

test('a cut overwrite leaves the old object as it was', async () => {
  const file = local.bucket.file('kept');
  await file.save('old', { resumable: false });
  local.service.faults.cutWrites(1);
  await expect(file.save(someBytes(1_000_000), { resumable: false })).rejects.toMatchObject(LOST);
  expect((await file.download())[0].toString()).toBe('old');
  expect(await files()).toHaveLength(1);
});

test('cutWrites cuts as many uploads as it says, and no more', async () => {
  local.service.faults.cutWrites(2);
  const outcomes: string[] = [];
  for (let n = 0; n < 3; n++) {
    const [outcome] = await Promise.allSettled([local.bucket.file(`file ${n}`).save('x', { resumable: false })]);
    outcomes.push(outcome.status);
  }
  expect(outcomes).toEqual(['rejected', 'rejected', 'fulfilled']);
});

test.each([false, true])(
  'where each upload is cut once, the second try goes through (resumable: %s)',
  async (resumable) => {
    local.service.faults.cutEachOnce(true);
    for (const bytes of [someBytes(300_000), someBytes(300_000), Buffer.from('short')]) {
      await expect(local.bucket.file('first').save(bytes, { resumable })).rejects.toThrow(/ECONNRESET|hang up/);
      await local.bucket.file('second').save(bytes, { resumable });
      expect((await local.bucket.file('second').download())[0].equals(bytes)).toBe(true);
    }
    local.service.faults.cutEachOnce(false);
    await local.bucket.file('third').save('not cut', { resumable });
  },
);

test('a client that aborts leaves nothing', async () => {
  const abort = new AbortController();
  const body = new ReadableStream(
    {
      start: (controller) => controller.enqueue(someBytes(300_000)),
      pull: () => abort.abort(),
    },
    { highWaterMark: 0 },
  );
  const url = `${local.base}/upload/storage/v1/b/photos/o?uploadType=media&name=aborted`;
  await expect(fetch(url, { method: 'POST', body, duplex: 'half', signal: abort.signal })).rejects.toThrow('aborted');
  expect(await local.bucket.file('aborted').exists()).toEqual([false]);
});

test('overwritten, deleted and refused bytes leave no files', async () => {
  const file = local.bucket.file('replaced');
  await file.save('one', { resumable: false });
  await file.save('two', { resumable: true });
  expect(await files()).toHaveLength(1);
  const create = file.save('three', { resumable: false, preconditionOpts: { ifGenerationMatch: 0 } });
  await expect(create).rejects.toMatchObject({ code: 412 });
  await file.delete();
  expect(await files()).toEqual([]);
});

test('reset leaves the buckets of the options, and no files', async () => {
  await local.bucket.file('x').save('x', { resumable: false });
  await local.storage.createBucket('another');
  local.service.reset();
  expect((await local.storage.getBuckets())[0].map(({ name }) => name)).toEqual(['photos']);
  expect((await local.bucket.getFiles())[0]).toEqual([]);
  expect(await files()).toEqual([]);
});
