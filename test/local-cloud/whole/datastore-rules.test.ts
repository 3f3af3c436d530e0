import type { Datastore } from '@google-cloud/datastore';
import { expect, test } from 'vitest';
import { startCloudProcess, temporaryFolder } from './cloud-process.ts';
import { clientsIn } from './printed-clients.ts';
import { datastoreOf, startInFolder } from './in-thread.ts';

/** Milliseconds that three commits on one entity group take. */
async function threeCommits(datastore: Datastore): Promise<number> {
  const start = performance.now();
  for (const leaf of ['a', 'b', 'c'])
    await datastore.save({ key: datastore.key(['Root', 'r', 'Leaf', leaf]), data: {} });
  return performance.now() - start;
}

/** Whether a write goes through while a transaction that has read the entity is open. */
async function writesBesideReader(datastore: Datastore): Promise<boolean> {
  const key = datastore.key(['Root', 'r']);
  const reader = datastore.transaction();
  await reader.run();
  await reader.get(key);
  let written = false;
  const write = datastore.save({ key, data: {} }).then(() => (written = true));
  // Two more round trips: by then a write that need not wait is in.
  await reader.get(key);
  await reader.get(key);
  const before = written;
  await reader.rollback();
  await write;
  return before;
}

test.each([
  { concurrency: 'optimistic', goesThrough: true },
  { concurrency: 'pessimistic', goesThrough: false },
] as const)('in a thread: beside an $concurrency reader a write goes through: $goesThrough', async (mode) => {
  const cloud = await startInFolder(await temporaryFolder(), { concurrency: mode.concurrency });
  expect(await writesBesideReader(datastoreOf(cloud))).toBe(mode.goesThrough);
});

test('in a thread: an entity group takes as many commits per second as its owner says', async () => {
  const cloud = await startInFolder(await temporaryFolder(), { groupRate: 20 });
  expect(await threeCommits(datastoreOf(cloud))).toBeGreaterThanOrEqual(95);
});

test('on its own: both come from the command line', async () => {
  const args = ['--concurrency', 'pessimistic', '--group-rate', '20'];
  const { datastore } = clientsIn((await startCloudProcess(await temporaryFolder(), args)).env);
  expect(await threeCommits(datastore)).toBeGreaterThanOrEqual(95);
  expect(await writesBesideReader(datastore)).toBe(false);
});
