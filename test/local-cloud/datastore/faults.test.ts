import type { Datastore } from '@google-cloud/datastore';
import { expect, test } from 'vitest';
import { failure, startDatastoreWorld } from './contract.ts';

const write = async (datastore: Datastore, name: string) => {
  const transaction = datastore.transaction();
  await transaction.run();
  transaction.save({ key: datastore.key(['Kind', name]), data: {} });
  return transaction.commit();
};
const ABORTED = { code: 10 };

test('as many commits as a fault was asked for are aborted, and no more', async () => {
  const { client, service } = await startDatastoreWorld();
  service.faults.abortCommits(2);
  expect([await failure(write(client, 'a')), await failure(write(client, 'a'))]).toMatchObject([ABORTED, ABORTED]);
  await expect(write(client, 'a')).resolves.toBeDefined();
});

test('where each transaction is aborted once, the second try goes through, and the next one is aborted', async () => {
  const { client, service } = await startDatastoreWorld();
  service.faults.abortEachOnce(true);
  for (const name of ['a', 'b', 'a']) {
    expect(await failure(write(client, name))).toMatchObject(ABORTED);
    await expect(write(client, name)).resolves.toBeDefined();
  }
  await client.save({ key: client.key(['Kind', 'beside transactions']), data: {} });
  service.faults.abortEachOnce(false);
  await expect(write(client, 'c')).resolves.toBeDefined();
});
