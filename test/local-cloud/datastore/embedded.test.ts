import { PropertyFilter } from '@google-cloud/datastore';
import { expect, test } from 'vitest';
import { connect } from './contract.ts';

test('dotted paths reach inside embedded entities and arrays of them', async () => {
  const datastore = await connect();
  await datastore.save([
    { key: datastore.key(['Photo', 'one']), data: { camera: { make: 'Nikon', lens: { mm: 50 } } } },
    { key: datastore.key(['Photo', 'two']), data: { camera: [{ make: 'Leica' }, { make: 'Nikon' }] } },
    { key: datastore.key(['Photo', 'none']), data: { camera: 'Nikon' } },
  ]);
  const find = async (property: string, value: unknown) => {
    const query = datastore.createQuery('Photo').filter(new PropertyFilter(property, '=', value));
    return (await datastore.runQuery(query))[0].map((entity) => entity[datastore.KEY].name);
  };
  expect(await find('camera.make', 'Nikon')).toEqual(['one', 'two']);
  expect(await find('camera.lens.mm', 50)).toEqual(['one']);
  const [rows] = await datastore.runQuery(datastore.createQuery('Photo').select('camera.make'));
  expect(rows.map((row) => row['camera.make'])).toEqual(['Leica', 'Nikon', 'Nikon']);
});

test('a property that is excluded from indexes matches no filter and takes the entity out of orders', async () => {
  const datastore = await connect();
  const data = { inner: { secret: 1, open: 2 }, text: 'x'.repeat(5000) };
  const excludeFromIndexes = ['inner.secret', 'text'];
  await datastore.save({ key: datastore.key(['Photo', 'one']), data, excludeFromIndexes });
  const count = async (property: string, value: unknown) => {
    const query = datastore.createQuery('Photo').filter(new PropertyFilter(property, '=', value));
    return (await datastore.runQuery(query))[0].length;
  };
  expect([await count('inner.secret', 1), await count('inner.open', 2)]).toEqual([0, 1]);
  expect((await datastore.runQuery(datastore.createQuery('Photo').order('text')))[0]).toEqual([]);
});

test('an entity with several matching values is one result', async () => {
  const datastore = await connect();
  await datastore.save({ key: datastore.key(['Photo', 'one']), data: { tags: ['a', 'b', 'c'] } });
  const query = datastore.createQuery('Photo').filter(new PropertyFilter('tags', '>=', 'a'));
  const [[entity], info] = await datastore.runQuery(query.limit(1));
  expect(entity.tags).toEqual(['a', 'b', 'c']);
  expect((await datastore.runQuery(query.start(info.endCursor!)))[0]).toEqual([]);
});
