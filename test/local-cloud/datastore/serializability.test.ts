import type { Datastore, Key } from '@google-cloud/datastore';
import { expect, test } from 'vitest';
import { startDatastoreWorld, type DatastoreWorld } from './contract.ts';

const ACCOUNTS = 4;
const TRANSFERS = 15;

for (const concurrency of ['optimistic', 'pessimistic'] as const) {
  test(`${concurrency}: money that many move at once is neither made nor lost, at any moment`, async () => {
    const { client: datastore } = await startDatastoreWorld({ concurrency });
    const accounts = Array.from({ length: ACCOUNTS }, (_, at) => datastore.key(['Bank', 'b', 'Account', `a${at}`]));
    await datastore.save(accounts.map((key) => ({ key, data: { balance: 100 } })));
    const movers = Array.from({ length: 4 }, async (_, mover) => {
      for (let count = 0; count < TRANSFERS; count++) {
        const [from, to] = [accounts[(mover + count) % ACCOUNTS]!, accounts[(mover + 1) % ACCOUNTS]!];
        if (from !== to) await retried(() => transfer(datastore, from, to));
      }
    });
    const totals: number[] = [];
    const watcher = (async () => {
      for (let count = 0; count < 30; count++) totals.push(await total(datastore));
    })();
    await Promise.all([...movers, watcher]);
    expect(new Set([...totals, await total(datastore)])).toEqual(new Set([ACCOUNTS * 100]));
  });
}

test('only one of two transactions that check the same empty range and then fill it succeeds', async () => {
  const { client: datastore }: DatastoreWorld = await startDatastoreWorld();
  const root = datastore.key(['Room', 'r']);
  const book = async (name: string) => {
    const transaction = datastore.transaction();
    await transaction.run();
    const [taken] = await transaction.runQuery(datastore.createQuery('Booking').hasAncestor(root));
    transaction.save({ key: datastore.key([...root.path, 'Booking', name]), data: { taken: taken.length } });
    return transaction.commit();
  };
  const outcomes = await Promise.allSettled([book('ana'), book('ben')]);
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
});

async function transfer(datastore: Datastore, from: Key, to: Key) {
  const transaction = datastore.transaction();
  await transaction.run();
  const [[source], [target]] = [await transaction.get(from), await transaction.get(to)];
  transaction.save({ key: from, data: { balance: source.balance - 1 } });
  transaction.save({ key: to, data: { balance: target.balance + 1 } });
  await transaction.commit();
}

async function total(datastore: Datastore): Promise<number> {
  const query = datastore.createQuery('Account').hasAncestor(datastore.key(['Bank', 'b']));
  const [accounts] = await datastore.runQuery(query);
  return accounts.reduce((sum: number, { balance }) => sum + balance, 0);
}

/** Until it is not aborted; each round at least one of those that contend succeeds. */
async function retried(run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if ((error as { code?: number }).code !== 10) throw error;
    await retried(run);
  }
}
