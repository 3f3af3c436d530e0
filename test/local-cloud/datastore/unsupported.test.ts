import { expect, test } from 'vitest';
import { failure } from './contract.ts';
import { connectRaw, projectId } from './raw-client.ts';

const query = { kind: [{ name: 'Kind' }] };
const gqlQuery = { queryString: 'SELECT * FROM Kind', allowLiterals: true };
const aggregationQuery = { nestedQuery: query, aggregations: [{ count: {}, alias: 'n' }] };
const explainOptions = { analyze: true };
const vectors = { property: { name: 'v' }, queryVector: { arrayValue: { values: [{ doubleValue: 1 }] } } };

test.each([
  ['GqlQuery', { gqlQuery }],
  ['ExplainOptions', { query, explainOptions }],
  ['ExplainOptions', { query, explainOptions: {} }],
  ['FindNearest', { query: { ...query, findNearest: { vectorProperty: vectors.property, ...vectors } } }],
])('%s is told to be missing, and gives no wrong result', async (name, request) => {
  const client = await connectRaw();
  expect(await failure(client.runQuery({ projectId, ...request }))).toMatchObject({
    code: 12,
    details: expect.stringContaining(name),
  });
});

test.each([
  ['GqlQuery', { gqlQuery }],
  ['ExplainOptions', { aggregationQuery, explainOptions }],
])('%s of an aggregation is told to be missing', async (name, request) => {
  const client = await connectRaw();
  expect(await failure(client.runAggregationQuery({ projectId, ...request }))).toMatchObject({
    code: 12,
    details: expect.stringContaining(name),
  });
});
