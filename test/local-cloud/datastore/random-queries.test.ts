import type { Datastore, Query } from '@google-cloud/datastore';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { pathsOf, stored } from './growing-store.ts';
import { expected } from './model.ts';
import { query, rows } from './random-rows.ts';

const RUNS = Number(process.env['DATASTORE_RANDOM_RUNS'] ?? 15);

test('a query gives what looking at every entity gives: whole, in pages, skipping, as keys and counted', async () => {
  await fc.assert(
    fc.asyncProperty(rows, rows, fc.array(query, { minLength: 8, maxLength: 8 }), async (rows, later, queries) => {
      const store = await stored(rows);
      for (const query of queries) {
        const names = expected(rows, query).map(String);
        const results = await store.run(query, everyWay);
        const [whole, paged, keys] = [names, names, names];
        expect(results).toEqual({ whole, paged, skipped: names.slice(2), keys, count: names.length });
      }
      const { past, present } = await store.beforeAndAfter(later, queries);
      expect(past).toEqual(queries.map((query) => expected(rows, query).map(String)));
      expect(present).toEqual(queries.map((query) => expected(later, query).map(String)));
    }),
    { numRuns: RUNS },
  );
}, 600_000);

const everyWay = async (datastore: Datastore, built: () => Query) => ({
  whole: await pathsOf(datastore, built()),
  paged: await inPages(datastore, built, 2),
  skipped: await pathsOf(datastore, built().offset(2)),
  keys: await pathsOf(datastore, built().select('__key__')),
  count: (await datastore.runAggregationQuery(datastore.createAggregationQuery(built()).count('n')))[0][0].n as number,
});

async function inPages(datastore: Datastore, built: () => Query, pageSize: number): Promise<string[]> {
  const paths: string[] = [];
  for (let cursor: string | undefined; ;) {
    const query = cursor ? built().start(cursor) : built();
    const [entities, info] = await datastore.runQuery(query.limit(pageSize));
    paths.push(...entities.map((entity) => String(entity[datastore.KEY].path)));
    if (info.moreResults === 'NO_MORE_RESULTS') return paths;
    cursor = info.endCursor!;
  }
}
