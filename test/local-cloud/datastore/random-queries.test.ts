import { and, or, PropertyFilter, type Datastore, type Query, type Transaction } from '@google-cloud/datastore';
import * as fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../src/clock.ts';
import { readIndexYaml, startDatastore, type CompositeIndex } from '../../../src/local-cloud/datastore/index.ts';
import { client, temporaryFolder } from './contract.ts';
import { expected, type Condition, type ModelQuery, type Properties, type Row, type Scalar } from './model.ts';

const RUNS = Number(process.env['DATASTORE_RANDOM_RUNS'] ?? 15);

const scalar: fc.Arbitrary<Scalar> = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(0, 1, 0.5) },
  { weight: 2, arbitrary: fc.constantFrom('a', 'a\0', '\u{1f600}', '\uffff') },
  { weight: 1, arbitrary: fc.constantFrom(null, true, new Date(0), -1) },
);
const property = fc.constantFrom('a', 'b');
const value = fc.oneof({ weight: 3, arbitrary: scalar }, { weight: 1, arbitrary: fc.array(scalar, { maxLength: 3 }) });
const properties: fc.Arbitrary<Properties> = fc.record({ a: value, b: value }, { requiredKeys: ['a'] });
const name = fc.constantFrom('x', 'y', 'x\0', 'yy', 'z', 'a', 'b', 'c', 'd', 'e');
const path = fc.oneof(
  { weight: 1, arbitrary: fc.tuple(fc.constant('Root'), name) },
  { weight: 3, arbitrary: fc.tuple(fc.constant('Root'), fc.constantFrom('x', 'y'), fc.constant('Leaf'), name) },
);
const rows: fc.Arbitrary<Row[]> = fc.uniqueArray(fc.record({ path, properties }), {
  minLength: 18,
  maxLength: 24,
  selector: (row) => row.path.join('/'),
});

const equality = fc.record({ property, op: fc.constant('=' as const), values: fc.tuple(scalar) });
const membership = fc.record({
  property,
  op: fc.constant('IN' as const),
  values: fc.array(scalar, { minLength: 1, maxLength: 3 }),
});
const inequality = fc.oneof(
  fc.record({ property: fc.constant('a'), op: fc.constantFrom('<', '<=', '>', '>=', '!='), values: fc.tuple(scalar) }),
  fc.record({
    property: fc.constant('a'),
    op: fc.constant('NOT_IN' as const),
    values: fc.array(scalar, { minLength: 1, maxLength: 3 }),
  }),
) as fc.Arbitrary<Condition>;
const equalOnB = fc.record({ property: fc.constant('b'), op: fc.constant('=' as const), values: fc.tuple(scalar) });
const rangeOnB = fc.record({
  property: fc.constant('b'),
  op: fc.constantFrom('<' as const, '>=' as const),
  values: fc.tuple(scalar),
});
const condition: fc.Arbitrary<Condition | undefined> = fc.oneof(
  fc.constant(undefined),
  equality,
  membership,
  inequality,
  fc.record({ all: fc.tuple(equality, fc.oneof(equality, membership)) }),
  fc.record({ all: fc.tuple(inequality, equalOnB) }),
  fc.record({ all: fc.tuple(inequality, rangeOnB) }),
  fc.record({ any: fc.tuple(equality, fc.record({ all: fc.tuple(equality, equality) })) }),
);
const order = fc.record({ property, descending: fc.boolean() });
const query: fc.Arbitrary<ModelQuery> = fc
  .record({
    kind: fc.constantFrom('Root', 'Leaf', 'Leaf'),
    ancestor: fc.option(fc.constantFrom<string[]>(['Root', 'x'], ['Root', 'x'], ['Root', 'y', 'Leaf', 'x']), {
      nil: undefined,
    }),
    condition,
    orders: fc.uniqueArray(order, { maxLength: 2, selector: (one) => one.property }),
  })
  .map(leadingWithInequality);

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

/** The rows in a Datastore that starts anew with an index more whenever it recommends one. */
async function stored(rows: Row[]) {
  const dataDir = temporaryFolder();
  const namespace = 'random';
  const indexes: CompositeIndex[] = [];
  const start = () => startDatastore({ dataDir, clock: systemClock, host: '127.0.0.1', port: 0, indexes });
  let service = await start();
  onTestFinished(() => service.stop());
  const connected = () => client(`127.0.0.1:${service.port}`, { namespace });
  await save(connected(), rows);
  const run = async <T>(
    query: ModelQuery,
    use: (datastore: Datastore, built: () => Query) => Promise<T>,
  ): Promise<T> => {
    try {
      const datastore = connected();
      return await use(datastore, () => build(datastore, query));
    } catch (error) {
      indexes.push(...recommended(error));
      await service.stop();
      service = await start();
      return run(query, use);
    }
  };
  /** Replaces all rows, and asks a transaction that began before, then one that begins after. */
  const beforeAndAfter = async (later: Row[], queries: ModelQuery[]) => {
    const datastore = connected();
    const transaction = datastore.transaction({ readOnly: true });
    await transaction.run();
    await datastore.delete(rows.map(({ path }) => datastore.key([...path])));
    await save(datastore, later);
    const [past, present]: string[][][] = [[], []];
    for (const query of queries) {
      past!.push(await pathsOf(datastore, build(datastore, query), transaction));
      present!.push(await pathsOf(datastore, build(datastore, query)));
    }
    return { past, present };
  };
  return { run, beforeAndAfter };
}

function recommended(error: unknown): CompositeIndex[] {
  const { code, details } = error as { code?: number; details?: string };
  if (code !== 9 || !details) throw error;
  return readIndexYaml(details.replace(/^.*$/m, 'indexes:'));
}

async function save(datastore: Datastore, rows: Row[]) {
  await datastore.save(rows.map(({ path, properties }) => ({ key: datastore.key([...path]), data: properties })));
}

function build(datastore: Datastore, { kind, ancestor, condition, orders }: ModelQuery): Query {
  let query = datastore.createQuery(kind);
  if (ancestor) query = query.hasAncestor(datastore.key([...ancestor]));
  if (condition) query = query.filter(filterOf(condition));
  for (const { property, descending } of orders) query = query.order(property, { descending });
  return query;
}

function filterOf(condition: Condition): ReturnType<typeof and> | PropertyFilter<string> {
  if ('all' in condition) return and(condition.all.map(filterOf));
  if ('any' in condition) return or(condition.any.map(filterOf));
  const { property, op, values } = condition;
  return new PropertyFilter(property, op, op === 'IN' || op === 'NOT_IN' ? values : values[0]);
}

async function pathsOf(datastore: Datastore, query: Query, on: Datastore | Transaction = datastore): Promise<string[]> {
  const [entities] = await on.runQuery(query);
  return entities.map((entity) => String(entity[datastore.KEY].path));
}

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

/** An inequality's property must lead the orders. */
function leadingWithInequality(query: ModelQuery): ModelQuery {
  const isInequality = (part: Condition): boolean =>
    'all' in part
      ? part.all.some(isInequality)
      : 'any' in part
        ? part.any.some(isInequality)
        : !['=', 'IN'].includes(part.op);
  if (!query.condition || !isInequality(query.condition) || query.orders.length === 0) return query;
  const others = query.orders.filter((one) => one.property !== 'a');
  return { ...query, orders: [{ property: 'a', descending: query.orders[0]!.descending }, ...others] };
}
