import { AggregateField, type Datastore } from '@google-cloud/datastore';
import { expect, test } from 'vitest';
import { connect, failure } from './contract.ts';

const save = (datastore: Datastore, sizes: unknown[]) =>
  datastore.save(sizes.map((size, at) => ({ key: datastore.key(['File', `f${at}`]), data: { size } })));

const aggregate = async (datastore: Datastore, ...fields: AggregateField[]) => {
  const query = datastore.createAggregationQuery(datastore.createQuery('File'));
  return (await datastore.runAggregationQuery(query.addAggregations(fields)))[0][0];
};

test('count, sum and average come in one reply, unnamed ones numbered', async () => {
  const datastore = await connect();
  await save(datastore, [1, 2, 6]);
  const result = await aggregate(
    datastore,
    AggregateField.count(),
    AggregateField.sum('size').alias('total'),
    AggregateField.average('size'),
  );
  expect(result).toEqual({ property_1: 3, total: 9, property_2: 3 });
});

test('the sum of nothing is 0 and the average null', async () => {
  const datastore = await connect();
  const [sum, average] = [AggregateField.sum('size').alias('s'), AggregateField.average('size').alias('a')];
  expect(await aggregate(datastore, sum, average)).toEqual({ s: 0, a: null });
});

test('values that are no numbers are skipped and a double makes the sum a double', async () => {
  const datastore = await connect();
  await save(datastore, ['x', null, true, 1, 0.25, [5, 6]]);
  const [sum, average] = [AggregateField.sum('size').alias('s'), AggregateField.average('size').alias('a')];
  expect(await aggregate(datastore, sum, average)).toEqual({ s: 1.25, a: 0.625 });
});

test('a sum beyond 64 bits becomes a double', async () => {
  const datastore = await connect();
  await save(datastore, [datastore.int('9223372036854775807'), datastore.int('9223372036854775807')]);
  expect(await aggregate(datastore, AggregateField.sum('size').alias('s'))).toEqual({ s: 2 ** 64 });
});

test('a count respects the limit of the query and a filter', async () => {
  const datastore = await connect();
  await save(datastore, [1, 2, 3, 4]);
  const query = datastore.createQuery('File').filter('size', '>', 1).limit(2);
  const counted = await datastore.runAggregationQuery(datastore.createAggregationQuery(query).count('n'));
  expect(counted[0]).toEqual([{ n: 2 }]);
});

test('six aggregations, none, or one over the key are refused', async () => {
  const datastore = await connect();
  const six = Array.from({ length: 6 }, (_, at) => AggregateField.count().alias(`c${at}`));
  expect(await failure(aggregate(datastore, ...six))).toMatchObject({
    code: 3,
    details: 'The maximum number of aggregations allowed in an aggregation query is 5. Received: 6',
  });
  expect(await failure(aggregate(datastore, AggregateField.sum('__key__')))).toMatchObject({
    code: 3,
    details: 'Aggregations are not supported for the property: __key__',
  });
});
