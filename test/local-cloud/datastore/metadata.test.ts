import { PropertyFilter, type Datastore, type Key, type Query } from '@google-cloud/datastore';
import { expect, test } from 'vitest';
import { client, connect, failure, startDatastoreWorld } from './contract.ts';

test('a query on __kind__ gives the kinds that have entities, within a range of keys, until the last one is deleted', async () => {
  const datastore = await filled();
  const kinds = (...range: string[]) => within(datastore, '__kind__', range);
  const all = [['Album'], ['Note'], ['Task']];
  expect(await names(datastore, kinds())).toEqual(all);
  expect(await names(datastore, kinds().select('__key__'))).toEqual(all);
  expect(await names(datastore, kinds('B', 'Task'))).toEqual([['Note']]);
  expect(await names(datastore, kinds().offset(1).limit(1))).toEqual([['Note']]);
  const [count] = await datastore.runAggregationQuery(datastore.createAggregationQuery(kinds()).count('n'));
  expect(count).toEqual([{ n: 3 }]);
  await datastore.delete(datastore.key(['Task', 'a', 'Note', 'n']));
  expect(await names(datastore, kinds())).toEqual([['Album'], ['Task']]);
});

test('a query on __kind__ goes on from a cursor, and a transaction sees the kinds of its own snapshot', async () => {
  const datastore = await filled();
  const [, { endCursor }] = await datastore.runQuery(datastore.createQuery('__kind__').limit(1));
  const transaction = datastore.transaction({ readOnly: true });
  await transaction.run();
  await transaction.get(datastore.key(['Task', 'a']));
  await datastore.save({ key: datastore.key(['Later', 'a']), data: {} });
  const [found] = await transaction.runQuery(transaction.createQuery('__kind__'));
  expect(found.map((entity) => (entity[datastore.KEY] as Key).name)).toEqual(['Album', 'Note', 'Task']);
  const rest = datastore.createQuery('__kind__').start(endCursor!);
  expect(await names(datastore, rest)).toEqual([['Later'], ['Note'], ['Task']]);
});

test('a query on __namespace__ gives the namespaces of the database, the default one by the id 1', async () => {
  const { service, client: datastore } = await startDatastoreWorld();
  const address = `127.0.0.1:${service.port}`;
  for (const namespace of ['', 'b', 'a']) {
    const other = client(address, { namespace });
    await other.save({ key: other.key(['Kind', 'one']), data: {} });
  }
  const second = client(address, { namespace: 'c', databaseId: 'second' });
  await second.save({ key: second.key(['Kind', 'one']), data: {} });
  const [found] = await datastore.runQuery(datastore.createQuery('__namespace__'));
  const keys = found.map((entity) => entity[datastore.KEY] as Key);
  expect(keys.map(({ id, name }) => name ?? Number(id))).toEqual([1, 'a', 'b']);
  expect(await names(datastore, within(datastore, '__namespace__', ['b']))).toEqual([['b']]);
});

test('a query on __property__ gives the indexed properties with their types, of all kinds, of a kind, or of a range', async () => {
  const datastore = await filled();
  const query = datastore.createQuery('__property__');
  const ofTask = () => datastore.createQuery('__property__').hasAncestor(datastore.key(['__kind__', 'Task']));
  expect(await names(datastore, query)).toEqual([['Album', 'title'], ['Note', 'text'], ...TASK]);
  expect(await names(datastore, ofTask().select('__key__'))).toEqual(TASK);
  const from = datastore.key(['__kind__', 'Task', '__property__', 'priority']);
  expect(await names(datastore, ofTask().filter(new PropertyFilter('__key__', '>=', from)))).toEqual(TASK.slice(-2));
  const [found] = await datastore.runQuery(ofTask());
  const types = found.map((entity) => [(entity[datastore.KEY] as Key).name, entity['property_representation']]);
  expect(Object.fromEntries(types)).toEqual({
    at: ['INT64', 'NULL'],
    bytes: ['STRING'],
    done: ['BOOLEAN'],
    of: ['REFERENCE'],
    part: ['ENTITY'],
    'part.size': ['DOUBLE'],
    place: ['POINT'],
    priority: ['DOUBLE', 'INT64'],
    tags: ['INT64', 'STRING'],
  });
});

test('metadata has no other filters, orders or projections, cannot be written, and other reserved kinds are missing', async () => {
  const datastore = await connect();
  const kinds = () => datastore.createQuery('__kind__');
  const refused = [
    kinds().filter(new PropertyFilter('name', '=', 'x')),
    kinds().filter(new PropertyFilter('name', '>', 'x')),
    kinds().order('name'),
    kinds().order('__key__', { descending: true }),
    datastore.createQuery('__property__').select('property_representation'),
  ];
  for (const query of refused) {
    expect(await failure(datastore.runQuery(query))).toMatchObject({
      code: 3,
      details: expect.stringContaining('__key__'),
    });
  }
  const write = datastore.save({ key: datastore.key(['__kind__', 'x']), data: {} });
  expect(await failure(write)).toMatchObject({ code: 3 });
  const statistics = datastore.createQuery('__Stat_Total__');
  expect(await failure(datastore.runQuery(statistics))).toMatchObject({ code: 12 });
});

const TASK = ['at', 'bytes', 'done', 'of', 'part', 'part.size', 'place', 'priority', 'tags'].map((name) => [
  'Task',
  name,
]);

async function filled(): Promise<Datastore> {
  const datastore = await connect();
  const task = (name: string, data: object) => ({ key: datastore.key(['Task', name]), data });
  await datastore.save([
    task('a', { done: false, priority: 4, at: new Date(0) }),
    task('b', { priority: datastore.double(4), at: null, tags: ['x', 1] }),
    task('c', { place: datastore.geoPoint({ latitude: 1, longitude: 2 }), part: { size: 1.5 } }),
    task('d', { bytes: Buffer.from('x'), of: datastore.key(['Album', 'a']) }),
    { key: datastore.key(['Album', 'a']), data: { title: 'x', secret: 'x' }, excludeFromIndexes: ['secret'] },
    { key: datastore.key(['Task', 'a', 'Note', 'n']), data: { text: 'x' } },
  ]);
  return datastore;
}

/** The keys of a kind from one name on, and before another. */
function within(datastore: Datastore, kind: string, [from, to]: string[]): Query {
  const query = datastore.createQuery(kind);
  if (from) query.filter(new PropertyFilter('__key__', '>=', datastore.key([kind, from])));
  if (to) query.filter(new PropertyFilter('__key__', '<', datastore.key([kind, to])));
  return query;
}

/** The names in the path of each result's key. */
async function names(datastore: Datastore, query: Query): Promise<string[][]> {
  const [found] = await datastore.runQuery(query);
  return found.map((entity) => {
    const { path } = entity[datastore.KEY] as Key;
    return path.filter((_, at) => at % 2 === 1).map(String);
  });
}
