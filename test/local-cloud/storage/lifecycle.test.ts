import { afterEach, beforeEach, expect, test } from 'vitest';
import { startLocal, type LocalStorage } from './endpoint.ts';

const DAY = 86_400_000;
let local: LocalStorage;

beforeEach(async () => {
  local = await startLocal();
});
afterEach(() => local.stop());

const names = async () => (await local.bucket.getFiles())[0].map(({ name }) => name);

async function fill(...wanted: string[]): Promise<void> {
  for (const name of wanted) await local.bucket.file(name).save(name, { resumable: false });
}

test('objects below a prefix go when they are old enough, all others stay', async () => {
  const condition = { age: 1, matchesPrefix: ['uploads/'] };
  await local.bucket.addLifecycleRule({ action: { type: 'Delete' }, condition });
  await fill('originals/a', 'uploads/a');
  local.clock.advance(DAY - 3_600_000);
  await fill('uploads/b');
  expect(await names()).toEqual(['originals/a', 'uploads/a', 'uploads/b']);
  local.clock.advance(2 * 3_600_000);
  expect(await names()).toEqual(['originals/a', 'uploads/b']);
});

test('all conditions of a rule must hold', async () => {
  const condition = { age: 1, matchesSuffix: ['.tmp'], matchesStorageClass: ['STANDARD'], createdBefore: '2026-11-22' };
  await local.bucket.addLifecycleRule({ action: { type: 'Delete' }, condition });
  await fill('a.tmp', 'a.jpg');
  local.clock.advance(DAY);
  await fill('b.tmp');
  local.clock.advance(2 * DAY);
  expect(await names()).toEqual(['a.jpg', 'b.tmp']);
});

test('a rule may move objects to another storage class', async () => {
  const action = { type: 'SetStorageClass' as const, storageClass: 'NEARLINE' };
  await local.bucket.addLifecycleRule({ action, condition: { age: 30 } });
  await fill('a');
  local.clock.advance(31 * DAY);
  const [metadata] = await local.bucket.file('a').getMetadata();
  expect(metadata).toMatchObject({ storageClass: 'NEARLINE', metageneration: '2' });
});

test('old versions go by the number of newer ones', async () => {
  await local.bucket.setMetadata({ versioning: { enabled: true } });
  await local.bucket.addLifecycleRule({ action: { type: 'Delete' }, condition: { numNewerVersions: 2 } });
  for (let n = 0; n < 4; n++) await fill('a');
  local.clock.advance(DAY);
  expect((await local.bucket.getFiles({ versions: true }))[0]).toHaveLength(2);
});

test('a rule with an action or a condition that does not exist is 400', async () => {
  const rules = [
    { action: { type: 'Burn' }, condition: { age: 1 } },
    { action: { type: 'Delete' }, condition: { mood: 'bad' } },
    { action: { type: 'Delete' }, condition: {} },
  ];
  for (const rule of rules) {
    const change = local.bucket.setMetadata({ lifecycle: { rule: [rule] } } as never);
    await expect(change).rejects.toMatchObject({ code: 400 });
  }
});

test('a clock that is 40 days ahead for less than an hour deletes nothing, and what is old goes when it is right again', async () => {
  await local.bucket.addLifecycleRule({ action: { type: 'Delete' }, condition: { age: 1 } });
  await fill('a');
  // A round falls into the wrong hour.
  local.clock.advance(2.5 * 3_600_000);
  local.clock.step(40 * DAY);
  local.clock.advance(3_600_000 - 60_000);
  expect(await names()).toEqual(['a']);
  local.clock.step(-40 * DAY);
  local.clock.advance(2 * 3_600_000);
  expect(await names()).toEqual(['a']);
  local.clock.advance(DAY);
  expect(await names()).toEqual([]);
});
