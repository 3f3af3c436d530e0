import { expect, test } from 'vitest';
import { connect, failure, startDatastoreWorld } from './contract.ts';

const INVALID = 3;

test('a transaction writes all or nothing', async () => {
  const datastore = await connect();
  const [one, two] = [datastore.key(['Kind', 'one']), datastore.key(['Kind', 'two'])];
  await datastore.save({ key: two, data: {} });
  const transaction = datastore.transaction();
  await transaction.run();
  transaction.save({ key: one, data: {} });
  transaction.insert({ key: two, data: {} });
  expect(await failure(transaction.commit())).toMatchObject({ code: 6 });
  expect((await datastore.get(one))[0]).toBeUndefined();
});

test('a transaction does not see its own writes', async () => {
  const datastore = await connect();
  const key = datastore.key(['Kind', 'one']);
  const transaction = datastore.transaction();
  await transaction.run();
  transaction.save({ key, data: { value: 1 } });
  expect((await transaction.get(key))[0]).toBeUndefined();
  await transaction.commit();
  expect((await datastore.get(key))[0]).toMatchObject({ value: 1 });
});

test('a transaction that was not begun begins with its first read', async () => {
  const datastore = await connect();
  const key = datastore.key(['Kind', 'one']);
  const transaction = datastore.transaction();
  await transaction.get(key);
  await datastore.save({ key, data: { value: 'other' } });
  transaction.save({ key, data: { value: 'mine' } });
  expect(await failure(transaction.commit())).toMatchObject({ code: 10 });
});

test('a rolled-back transaction writes nothing and is over', async () => {
  const datastore = await connect();
  const key = datastore.key(['Kind', 'one']);
  const transaction = datastore.transaction();
  await transaction.run();
  transaction.save({ key, data: {} });
  await transaction.rollback();
  expect((await datastore.get(key))[0]).toBeUndefined();
});

test('a read-only transaction refuses writes and aborts no other one', async () => {
  const datastore = await connect();
  const key = datastore.key(['Kind', 'one']);
  const [reader, writer] = [datastore.transaction({ readOnly: true }), datastore.transaction()];
  await Promise.all([reader.run(), writer.run()]);
  await Promise.all([reader.get(key), writer.get(key)]);
  writer.save({ key, data: {} });
  await writer.commit();
  reader.save({ key, data: {} });
  expect(await failure(reader.commit())).toMatchObject({ code: INVALID });
});

test('a transaction ends 60 s after its last use and 270 s after its start', async () => {
  const { client: datastore, clock } = await startDatastoreWorld();
  const key = datastore.key(['Kind', 'one']);
  const idle = datastore.transaction();
  await idle.run();
  clock.advance(60_000);
  expect(await failure(idle.get(key))).toMatchObject({
    code: INVALID,
    details: 'The referenced transaction has expired or is no longer valid.',
  });
  const long = datastore.transaction();
  await long.run();
  for (let seconds = 0; seconds < 250; seconds += 50) {
    await long.get(key);
    clock.advance(50_000);
  }
  await long.get(key);
  clock.advance(20_000);
  expect(await failure(long.get(key))).toMatchObject({ code: INVALID });
});
