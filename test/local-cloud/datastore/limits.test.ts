import type { Datastore } from '@google-cloud/datastore';
import { expect, test } from 'vitest';
import { connect, failure } from './contract.ts';

const INVALID = { code: 3 };

const saving = (datastore: Datastore, data: object, excludeFromIndexes: string[] = []) =>
  datastore.save({ key: datastore.key(['Kind', 'one']), data, excludeFromIndexes });

test('an indexed text has at most 1500 bytes, one that is not indexed more', async () => {
  const datastore = await connect();
  await saving(datastore, { text: 'x'.repeat(1500) });
  expect(await failure(saving(datastore, { text: 'é'.repeat(751) }))).toMatchObject(INVALID);
  await saving(datastore, { text: 'x'.repeat(1_000_000) }, ['text']);
});

test('an entity of more than 1,048,572 bytes is refused', async () => {
  const datastore = await connect();
  const data = { a: 'x'.repeat(600_000), b: 'x'.repeat(600_000) };
  expect(await failure(saving(datastore, data, ['a', 'b']))).toMatchObject(INVALID);
});

test('a commit of more than 10 MiB is refused', async () => {
  const datastore = await connect();
  const data = { a: 'x'.repeat(1_000_000) };
  const entities = Array.from({ length: 11 }, (_, at) => ({
    key: datastore.key(['Kind', `k${at}`]),
    data,
    excludeFromIndexes: ['a'],
  }));
  expect(await failure(datastore.save(entities))).toMatchObject(INVALID);
});

test('index entries that a commit writes or removes count in its 10 MiB', async () => {
  const datastore = await connect();
  const lists = (letter: string) =>
    Array.from({ length: 4 }, (_, at) => ({
      key: datastore.key(['Kind', `k${at}`]),
      data: { list: Array.from({ length: 820 }, (_, item) => `${letter}${item}`.padEnd(1_200, letter)) },
    }));
  await datastore.save(lists('a'));
  expect(await failure(datastore.save(lists('b')))).toMatchObject(INVALID);
  const [first, second] = lists('b');
  await datastore.save([first, second]);
});

test('a lookup takes at most 1000 keys', async () => {
  const datastore = await connect();
  const keys = Array.from({ length: 1001 }, (_, at) => datastore.key(['Kind', `k${at}`]));
  await datastore.get(keys.slice(1));
  expect(await failure(datastore.get(keys))).toMatchObject(INVALID);
});

test('entity values nest at most 20 deep', async () => {
  const datastore = await connect();
  const nested = (depth: number): object => (depth === 0 ? { end: 1 } : { inner: nested(depth - 1) });
  await saving(datastore, nested(20));
  expect(await failure(saving(datastore, nested(21)))).toMatchObject(INVALID);
});

test('an entity has at most 20,000 index rows', async () => {
  const datastore = await connect();
  const data = { list: Array.from({ length: 20_001 }, (_, at) => at) };
  expect(await failure(saving(datastore, data))).toMatchObject(INVALID);
});

test('reserved and over-long names of kinds, keys and properties are refused', async () => {
  const datastore = await connect();
  const paths = [
    ['__kind__', 'a'],
    ['Kind', '__name__'],
    ['Kind', 'x'.repeat(1501)],
    ['x'.repeat(1501), 'a'],
  ];
  for (const path of paths) {
    expect(await failure(datastore.save({ key: datastore.key(path), data: {} }))).toMatchObject(INVALID);
  }
  expect(await failure(saving(datastore, { __property__: 1 }))).toMatchObject(INVALID);
  const deep = datastore.key(Array.from({ length: 202 }, (_, at) => (at % 2 === 0 ? 'Kind' : 'name')));
  expect(await failure(datastore.save({ key: deep, data: {} }))).toMatchObject(INVALID);
});

test('an array directly inside an array is refused', async () => {
  const datastore = await connect();
  expect(await failure(saving(datastore, { list: [[1]] }))).toMatchObject(INVALID);
});
