import { and, or, PropertyFilter, type Datastore, type Query } from '@google-cloud/datastore';
import { expect, test } from 'vitest';
import { failure, startDatastoreWorld } from './contract.ts';
import { connectRaw, projectId } from './raw-client.ts';

const PROPERTIES: Record<string, unknown>[] = [{ a: 5 }, { a: [1, 5] }, { a: 4, b: 0 }, { a: 0, b: 9 }, { a: 7, b: 7 }];

/** The stand-in with one composite index over `properties`, and five things named 0 to 4. */
async function things(...properties: string[]): Promise<Datastore> {
  const index = properties.map((name) => ({ name, direction: 'asc' as const }));
  const indexes = index.length > 0 ? [{ kind: 'Thing', ancestor: false, properties: index }] : [];
  const { client: datastore } = await startDatastoreWorld({ indexes });
  await datastore.save(PROPERTIES.map((data, at) => ({ key: datastore.key(['Thing', `${at}`]), data })));
  return datastore;
}

const where = (datastore: Datastore, filter: PropertyFilter<string> | ReturnType<typeof and>): Query =>
  datastore.createQuery('Thing').filter(filter);

const is = (property: string, op: '=' | '<' | '>' | '>=' | 'IN', value: unknown) =>
  new PropertyFilter(property, op, value);

async function namesIn(datastore: Datastore, query: Query): Promise<string[]> {
  const [entities] = await datastore.runQuery(query);
  return entities.map((entity) => entity[datastore.KEY].name as string);
}

test('an equality and an inequality on one property may hold for different elements of an array', async () => {
  const datastore = await things('a', 'a');
  expect(await namesIn(datastore, where(datastore, and([is('a', '=', 5), is('a', '<', 3)])))).toEqual(['1']);
  expect(await namesIn(datastore, where(datastore, and([is('a', '=', 5), is('a', '>', 3)])))).toEqual(['0', '1']);
});

test('an equality beside an inequality on its property needs both places in a composite index [unverified]', async () => {
  const datastore = await things();
  const query = where(datastore, and([is('a', '=', 5), is('a', '>', 3)]));
  expect(await failure(datastore.runQuery(query))).toMatchObject({
    code: 9,
    details: expect.stringContaining('  - name: a\n  - name: a\n'),
  });
});

test('inequalities on different properties joined by OR give what has both, once and in the order of both [unverified]', async () => {
  const datastore = await things('a', 'b');
  const query = where(datastore, or([is('a', '>', 3), is('b', '>', 5)]));
  expect(await namesIn(datastore, query)).toEqual(['3', '2', '4']);
});

test('keys filter what an order on another property walks', async () => {
  const datastore = await things();
  const keys = ['4', '3', '0'].map((name) => datastore.key(['Thing', name]));
  expect(await namesIn(datastore, where(datastore, is('__key__', 'IN', keys)).order('a'))).toEqual(['3', '0', '4']);
  expect(await namesIn(datastore, where(datastore, is('__key__', '=', keys[0])).order('b'))).toEqual(['4']);
  const after = and([is('a', '>=', 4), is('__key__', '>', datastore.key(['Thing', '1']))]);
  expect(await namesIn(datastore, where(datastore, after))).toEqual(['2', '4']);
});

test('a range of keys beside an order that begins with another property is refused', async () => {
  const datastore = await things();
  const query = where(datastore, is('__key__', '>', datastore.key(['Thing', '1']))).order('a');
  expect(await failure(datastore.runQuery(query))).toMatchObject({
    code: 3,
    details: 'inequality filter property and first sort order must be the same: __key__ and a',
  });
});

test('a list with an element that has no type is refused', async () => {
  const raw = await connectRaw();
  const propertyFilter = { property: { name: 'a' }, op: 'IN' as const, value: { arrayValue: { values: [{}] } } };
  const request = { projectId, query: { kind: [{ name: 'Thing' }], filter: { propertyFilter } } };
  expect(await failure(raw.runQuery(request))).toMatchObject({ code: 3 });
});
