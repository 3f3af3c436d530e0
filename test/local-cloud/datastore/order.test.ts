import type { Datastore } from '@google-cloud/datastore';
import { expect, test } from 'vitest';
import { connect } from './contract.ts';

async function namesBy(datastore: Datastore, descending = false): Promise<string[]> {
  const [entities] = await datastore.runQuery(datastore.createQuery('Thing').order('value', { descending }), {
    wrapNumbers: true,
  });
  return entities.map((entity) => entity[datastore.KEY].name);
}

const save = (datastore: Datastore, values: Record<string, unknown>) =>
  datastore.save(
    Object.entries(values).map(([name, value]) => ({ key: datastore.key(['Thing', name]), data: { value } })),
  );

test('values of all types stand in the documented order, and turned round when descending [unverified]', async () => {
  const datastore = await connect();
  await save(datastore, {
    null: null,
    nan: datastore.double(NaN),
    negative: -1.5,
    zero: 0,
    exact: datastore.double(2 ** 53),
    above: datastore.int('9007199254740993'),
    infinite: datastore.double(Infinity),
    early: new Date(-1),
    late: new Date(1),
    false: false,
    true: true,
    text: 'a',
    longer: 'a\0',
    astral: '\u{1f600}',
    blob: Buffer.from('a'),
    south: datastore.geoPoint({ latitude: -10, longitude: 5 }),
    north: datastore.geoPoint({ latitude: 10, longitude: -5 }),
    key: datastore.key(['A', 1]),
    entity: { inner: 1 },
  });
  const order = [
    'null',
    'nan',
    'negative',
    'zero',
    'exact',
    'above',
    'infinite',
    'early',
    'late',
    'false',
    'true',
  ].concat(['text', 'longer', 'astral', 'blob', 'south', 'north', 'key', 'entity']);
  expect(await namesBy(datastore)).toEqual(order);
  expect(await namesBy(datastore, true)).toEqual(order.toReversed());
});

test('an integer and a double of the same size are equal', async () => {
  const datastore = await connect();
  await save(datastore, { whole: 2, double: datastore.double(2), other: 3 });
  const [entities] = await datastore.runQuery(datastore.createQuery('Thing').filter('value', 2));
  expect(entities).toHaveLength(2);
});

test('keys order by kind, then ids before names, a parent before its children [unverified]', async () => {
  const datastore = await connect();
  const paths = [
    ['A', 2],
    ['A', 10],
    ['A', 10, 'B', 1],
    ['A', 'a'],
    ['A', 'a', 'A', 'z'],
    ['A', 'b'],
    ['B', 1],
  ];
  const keys = paths.map((path) =>
    datastore.key(path.map((part) => (typeof part === 'number' ? datastore.int(part) : part))),
  );
  await datastore.save(keys.toReversed().map((key) => ({ key, data: {} })));
  const [found] = await datastore.runQuery(datastore.createQuery());
  expect(found.map((entity) => entity[datastore.KEY].path.map(String))).toEqual(paths.map((path) => path.map(String)));
});
