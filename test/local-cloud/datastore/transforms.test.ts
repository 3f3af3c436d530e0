import { expect, test } from 'vitest';
import { connectRaw, keyOf, projectId, type RawClient } from './raw-client.ts';

type Transform = NonNullable<
  NonNullable<NonNullable<Parameters<RawClient['commit']>[0]>['mutations']>[number]['propertyTransforms']
>[number];

const integer = (value: number) => ({ integerValue: String(value) });

async function transform(client: RawClient, name: string, before: Record<string, object>, transforms: Transform[]) {
  const key = keyOf(name);
  const mutations = [{ upsert: { key, properties: before }, propertyTransforms: transforms }];
  const [reply] = await client.commit({ projectId, mode: 'NON_TRANSACTIONAL', mutations });
  const [{ found }] = await client.lookup({ projectId, keys: [key] });
  return { results: reply.mutationResults![0]!.transformResults!, properties: found![0]!.entity!.properties! };
}

test('numeric transforms add and bound, and give their results', async () => {
  const client = await connectRaw();
  const before = { count: integer(5), high: integer(5), low: integer(5), text: { stringValue: 'x' } };
  const { results, properties } = await transform(client, 'numbers', before, [
    { property: 'count', increment: integer(2) },
    { property: 'high', maximum: { doubleValue: 7.5 } },
    { property: 'low', minimum: integer(9) },
    { property: 'text', increment: integer(1) },
    { property: 'fresh', increment: { doubleValue: 0.5 } },
  ]);
  expect(results).toMatchObject([integer(7), { doubleValue: 7.5 }, integer(5), integer(1), { doubleValue: 0.5 }]);
  expect(properties).toMatchObject({ count: integer(7), text: integer(1), fresh: { doubleValue: 0.5 } });
});

test('an increment beyond 64 bits stops at the largest integer', async () => {
  const client = await connectRaw();
  const before = { count: { integerValue: '9223372036854775807' } };
  const { properties } = await transform(client, 'overflow', before, [{ property: 'count', increment: integer(1) }]);
  expect(properties['count']).toMatchObject({ integerValue: '9223372036854775807' });
});

test('array transforms append what is missing and remove what is named, answering null', async () => {
  const client = await connectRaw();
  const before = { tags: { arrayValue: { values: [integer(1), { stringValue: 'a' }, integer(2)] } } };
  const { results, properties } = await transform(client, 'arrays', before, [
    { property: 'tags', appendMissingElements: { values: [{ doubleValue: 1 }, { stringValue: 'b' }] } },
    { property: 'tags', removeAllFromArray: { values: [{ doubleValue: 2 }] } },
    { property: 'inner.list', appendMissingElements: { values: [integer(1), integer(1)] } },
  ]);
  expect(results.map(({ nullValue }) => nullValue)).toEqual(['NULL_VALUE', 'NULL_VALUE', 'NULL_VALUE']);
  const values = [integer(1), { stringValue: 'a' }, { stringValue: 'b' }];
  expect(properties['tags']!.arrayValue!.values).toMatchObject(values);
  expect(properties['inner']!.entityValue!.properties!['list']!.arrayValue!.values).toMatchObject([integer(1)]);
});

test('the server time is one and the same for all properties of a commit', async () => {
  const client = await connectRaw();
  const { results } = await transform(client, 'times', {}, [
    { property: 'a', setToServerValue: 'REQUEST_TIME' },
    { property: 'b', setToServerValue: 'REQUEST_TIME' },
  ]);
  expect(results[0]!.timestampValue).toEqual(results[1]!.timestampValue);
  expect(Number(results[0]!.timestampValue!.seconds)).toBeGreaterThan(1_600_000_000);
});
