import type { Datastore, Query } from '@google-cloud/datastore';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { stored } from './growing-store.ts';
import { compareParts, partsOf, valuesOf, type ModelQuery, type Row, type Scalar } from './model.ts';
import { ofKeys, rows, scalar } from './random-rows.ts';

const RUNS = Number(process.env['DATASTORE_RANDOM_RUNS'] ?? 15);

const query: fc.Arbitrary<ModelQuery> = fc.record({
  kind: fc.constantFrom('Root', 'Leaf'),
  ancestor: fc.constantFrom(undefined, ['Root', 'x']),
  condition: fc.option(
    fc.oneof(
      fc.record({
        property: fc.constant('b'),
        op: fc.constant('IN' as const),
        values: fc.uniqueArray(scalar, { minLength: 1, maxLength: 3 }),
      }),
      ofKeys,
    ),
    {
      nil: undefined,
    },
  ),
  orders: fc.constantFrom([], [{ property: 'a', descending: true }]),
});

test('distinct values are those that looking at every entity finds, once each and in order, in pages too', async () => {
  await fc.assert(
    fc.asyncProperty(rows, fc.array(query, { minLength: 4, maxLength: 4 }), async (rows, queries) => {
      const store = await stored(rows);
      for (const query of queries) {
        const distinct = (built: Query) => built.select('a').groupBy('a');
        const found = await store.run(query, async (datastore, built) => ({
          whole: await valuesIn(datastore, distinct(built())),
          paged: await pageByPage(datastore, () => distinct(built())),
        }));
        const values = distinctValues(rows, query);
        expect(found).toEqual({ whole: values, paged: values });
      }
    }),
    { numRuns: RUNS },
  );
}, 600_000);

function distinctValues(rows: Row[], { kind, ancestor, condition, orders }: ModelQuery): Scalar[] {
  const wanted = condition && 'values' in condition ? condition : undefined;
  const matching = rows.filter(
    (row) =>
      row.path.at(-2) === kind &&
      (ancestor?.every((part, at) => row.path[at] === part) ?? true) &&
      (wanted?.values.some((value) =>
        partsOf(row, wanted.property).some((other) => compareParts(value, other) === 0),
      ) ??
        true),
  );
  const sorted = matching.flatMap((row) => valuesOf(row, 'a')).sort(compareParts);
  const distinct = sorted.filter((value, at) => at === 0 || compareParts(value, sorted[at - 1]!) !== 0);
  return orders[0]?.descending ? distinct.reverse() : distinct;
}

async function valuesIn(datastore: Datastore, query: Query): Promise<Scalar[]> {
  return (await datastore.runQuery(query))[0].map(({ a }) => a as Scalar);
}

async function pageByPage(datastore: Datastore, built: () => Query): Promise<Scalar[]> {
  const values: Scalar[] = [];
  for (let cursor: string | undefined; ;) {
    const query = cursor ? built().start(cursor) : built();
    const [rows, info] = await datastore.runQuery(query.limit(1));
    values.push(...rows.map(({ a }) => a as Scalar));
    if (info.moreResults === 'NO_MORE_RESULTS') return values;
    cursor = info.endCursor!;
  }
}
