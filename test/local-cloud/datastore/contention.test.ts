import { expect, test } from 'vitest';
import { connect, failure } from './contract.ts';

const ABORTED = 10;

test('one of two transactions that read and write one entity is aborted', async () => {
  const datastore = await connect();
  const key = datastore.key(['Counter', 'c']);
  await datastore.save({ key, data: { value: 0 } });
  const [first, second] = [datastore.transaction(), datastore.transaction()];
  await Promise.all([first.run(), second.run()]);
  await Promise.all([first.get(key), second.get(key)]);
  first.save({ key, data: { value: 1 } });
  second.save({ key, data: { value: 2 } });
  await first.commit();
  const error = await failure(second.commit());
  expect(error).toMatchObject({ code: ABORTED, details: expect.stringContaining('cross-transaction contention') });
  expect((await datastore.get(key))[0]).toMatchObject({ value: 1 });
});

test('a write outside transactions aborts a transaction that read the entity', async () => {
  const datastore = await connect();
  const key = datastore.key(['Counter', 'c']);
  const transaction = datastore.transaction();
  await transaction.run();
  await transaction.get(key);
  await datastore.save({ key, data: { value: 5 } });
  transaction.save({ key, data: { value: 1 } });
  expect(await failure(transaction.commit())).toMatchObject({ code: ABORTED });
});

test('an entity that appears in a queried range aborts the transaction [unverified]', async () => {
  const datastore = await connect();
  const root = datastore.key(['Root', 'r']);
  const transaction = datastore.transaction();
  await transaction.run();
  await transaction.runQuery(datastore.createQuery('Leaf').hasAncestor(root));
  await datastore.save({ key: datastore.key(['Root', 'r', 'Leaf', 'new']), data: {} });
  transaction.save({ key: root, data: {} });
  expect(await failure(transaction.commit())).toMatchObject({ code: ABORTED });
});

test('transactions on different entities do not disturb each other', async () => {
  const datastore = await connect();
  const work = ['a', 'b', 'c'].map(async (name) => {
    const key = datastore.key(['Counter', name]);
    const transaction = datastore.transaction();
    await transaction.run();
    await transaction.get(key);
    transaction.save({ key, data: { name } });
    await transaction.commit();
  });
  await expect(Promise.all(work)).resolves.toHaveLength(3);
});

test('a transaction sees the state at its start, whatever is written meanwhile', async () => {
  const datastore = await connect();
  const [one, two] = [datastore.key(['Root', 'r', 'Leaf', 'one']), datastore.key(['Root', 'r', 'Leaf', 'two'])];
  await datastore.save({ key: one, data: { value: 'old' } });
  const transaction = datastore.transaction({ readOnly: true });
  await transaction.run();
  await datastore.save([
    { key: one, data: { value: 'new' } },
    { key: two, data: { value: 'new' } },
  ]);
  expect((await transaction.get(one))[0]).toMatchObject({ value: 'old' });
  const [leaves] = await transaction.runQuery(datastore.createQuery('Leaf').hasAncestor(datastore.key(['Root', 'r'])));
  expect(leaves).toEqual([expect.objectContaining({ value: 'old' })]);
});
