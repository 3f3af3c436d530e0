import type { Datastore, Key, Transaction } from '@google-cloud/datastore';
import { expect, test } from 'vitest';
import { failure, startDatastoreWorld } from './contract.ts';

async function reading(datastore: Datastore, key: Key): Promise<Transaction> {
  const transaction = datastore.transaction();
  await transaction.run();
  await transaction.get(key);
  return transaction;
}

test('pessimistic: a write waits until the transactions that have read the entity are over', async () => {
  const { client: datastore } = await startDatastoreWorld({ concurrency: 'pessimistic' });
  const key = datastore.key(['Kind', 'one']);
  const reader = await reading(datastore, key);
  let done = false;
  const write = datastore.save({ key, data: { value: 1 } }).then(() => (done = true));
  expect((await reader.get(key))[0]).toBeUndefined();
  expect(done).toBe(false);
  await reader.rollback();
  await write;
  expect((await datastore.get(key))[0]).toMatchObject({ value: 1 });
});

test('pessimistic: of two that wait for each other one is aborted and the other succeeds', async () => {
  const { client: datastore } = await startDatastoreWorld({ concurrency: 'pessimistic' });
  const key = datastore.key(['Kind', 'one']);
  const transactions = [await reading(datastore, key), await reading(datastore, key)];
  const commits = transactions.map((transaction, value) => {
    transaction.save({ key, data: { value } });
    return transaction.commit();
  });
  const outcomes = await Promise.allSettled(commits);
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 10 } });
});

test('pessimistic: a write that has waited too long is aborted', async () => {
  const { client: datastore, clock } = await startDatastoreWorld({ concurrency: 'pessimistic' });
  const key = datastore.key(['Kind', 'one']);
  const reader = await reading(datastore, key);
  const write = failure(datastore.save({ key, data: {} }));
  await reader.get(key);
  clock.advance(20_000);
  expect(await write).toMatchObject({ code: 10, details: expect.stringContaining('too much contention') });
});
