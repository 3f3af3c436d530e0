import type { Datastore, Query } from '@google-cloud/datastore';
import { expect, test } from 'vitest';
import { connect, failure } from './contract.ts';

const save = (datastore: Datastore, values: number[]) =>
  datastore.save(values.map((value) => ({ key: datastore.key(['Thing', `t${value}`]), data: { value } })));

const byValue = (datastore: Datastore): Query => datastore.createQuery('Thing').order('value');

const values = async (datastore: Datastore, query: Query) =>
  (await datastore.runQuery(query))[0].map((entity) => entity.value as number);

test('a cursor marks a position: what comes before it later is not seen, what comes after it is', async () => {
  const datastore = await connect();
  await save(datastore, [10, 20, 30, 40]);
  const [, { endCursor }] = await datastore.runQuery(byValue(datastore).limit(2));
  await save(datastore, [15, 25]);
  expect(await values(datastore, byValue(datastore).start(endCursor!))).toEqual([25, 30, 40]);
});

test('a cursor outlives the entity that it was made at [unverified]', async () => {
  const datastore = await connect();
  await save(datastore, [1, 2, 3]);
  const [, { endCursor }] = await datastore.runQuery(byValue(datastore).limit(2));
  await datastore.delete(datastore.key(['Thing', 't2']));
  expect(await values(datastore, byValue(datastore).start(endCursor!))).toEqual([3]);
});

test('an end cursor ends a query after its position', async () => {
  const datastore = await connect();
  await save(datastore, [1, 2, 3, 4]);
  const [, first] = await datastore.runQuery(byValue(datastore).limit(1));
  const [, third] = await datastore.runQuery(byValue(datastore).limit(3));
  const between = byValue(datastore).start(first.endCursor!).end(third.endCursor!);
  const [entities, info] = await datastore.runQuery(between);
  expect(entities.map(({ value }) => value)).toEqual([2, 3]);
  expect(info.moreResults).toBe('MORE_RESULTS_AFTER_CURSOR');
});

test('a limit that is met exactly says that nothing is left', async () => {
  const datastore = await connect();
  await save(datastore, [1, 2]);
  expect((await datastore.runQuery(byValue(datastore).limit(2)))[1].moreResults).toBe('NO_MORE_RESULTS');
  expect((await datastore.runQuery(byValue(datastore).limit(1)))[1].moreResults).toBe('MORE_RESULTS_AFTER_LIMIT');
});

test('an empty batch gives a cursor from which later results follow', async () => {
  const datastore = await connect();
  const [none, { endCursor }] = await datastore.runQuery(byValue(datastore));
  await save(datastore, [1]);
  expect(none).toEqual([]);
  expect(await values(datastore, byValue(datastore).start(endCursor!))).toEqual([1]);
});

test('a cursor of another query is refused [unverified]', async () => {
  const datastore = await connect();
  await save(datastore, [1, 2]);
  const [, { endCursor }] = await datastore.runQuery(byValue(datastore).limit(1));
  const other = datastore.createQuery('Thing').order('value', { descending: true }).start(endCursor!);
  expect(await failure(datastore.runQuery(other))).toMatchObject({ code: 3 });
});

test('more results than one batch holds come as one list', async () => {
  const datastore = await connect();
  const all = Array.from({ length: 2300 }, (_, value) => value);
  for (let at = 0; at < all.length; at += 500) await save(datastore, all.slice(at, at + 500));
  expect(await values(datastore, byValue(datastore))).toEqual(all);
  expect(await values(datastore, byValue(datastore).offset(1200).limit(2))).toEqual([1200, 1201]);
});
