import { and, or, PropertyFilter, type Datastore, type Query, type Transaction } from '@google-cloud/datastore';
import { onTestFinished } from 'vitest';
import { systemClock } from '../../../src/runtime/clock.ts';
import { readIndexYaml, startDatastore, type CompositeIndex } from '../../../src/local-cloud/datastore/index.ts';
import { client, temporaryFolder } from './contract.ts';
import type { Condition, ModelQuery, Row } from './model.ts';

/** The rows in a Datastore that is restarted with one more index whenever it recommends one. */
export async function stored(rows: Row[]) {
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

export function build(datastore: Datastore, { kind, ancestor, condition, orders }: ModelQuery): Query {
  let query = datastore.createQuery(kind);
  if (ancestor) query = query.hasAncestor(datastore.key([...ancestor]));
  if (condition) query = query.filter(filterOf(datastore, condition));
  for (const { property, descending } of orders) query = query.order(property, { descending });
  return query;
}

function filterOf(datastore: Datastore, condition: Condition): ReturnType<typeof and> | PropertyFilter<string> {
  if ('all' in condition) return and(condition.all.map((part) => filterOf(datastore, part)));
  if ('any' in condition) return or(condition.any.map((part) => filterOf(datastore, part)));
  const { property, op } = condition;
  const values = condition.values.map((value) => (Array.isArray(value) ? datastore.key([...value]) : value));
  return new PropertyFilter(property, op, op === 'IN' || op === 'NOT_IN' ? values : values[0]);
}

/** The paths of a query's results, each as one text. */
export async function pathsOf(
  datastore: Datastore,
  query: Query,
  on: Datastore | Transaction = datastore,
): Promise<string[]> {
  const [entities] = await on.runQuery(query);
  return entities.map((entity) => String(entity[datastore.KEY].path));
}
