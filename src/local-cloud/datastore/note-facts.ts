import { MOST_KEYS, type CallFacts } from '../trace/call-log.ts';
import type { Key, Mutation, Query } from './protocol.ts';
import type { Aggregated } from './query/run-aggregation.ts';
import type { Batch } from './query/run-query.ts';

/** Index rows that an aggregation counts for the price of one read. */
const ROWS_OF_A_READ = 1_000;

/** A lookup reads each key, whether its entity is there or not. */
export function noteLookup(facts: CallFacts, findings: { key: Key; stored: unknown }[]): void {
  facts.reads = findings.length;
  facts.found = findings.filter(({ stored }) => stored).length;
  facts.keys = findings.slice(0, MOST_KEYS).map(({ key }) => key);
}

/** A query of entities reads what it finds, and one at the least. One of keys or of a projection is one read. */
export function noteQuery(facts: CallFacts, query: Query | undefined, { shape, results, indexes }: Batch): void {
  const isOne = shape.keysOnly || shape.projection !== undefined;
  facts.reads = isOne ? 1 : Math.max(1, results.length);
  facts.found = results.length;
  facts.query = query;
  facts.indexes = indexes;
}

export function noteAggregation(
  facts: CallFacts,
  query: Query | undefined,
  { indexes, counted }: Omit<Aggregated, 'results'>,
): void {
  facts.reads = Math.max(1, Math.ceil(counted / ROWS_OF_A_READ));
  facts.found = counted;
  facts.query = query;
  facts.indexes = indexes;
}

export function noteMutations(facts: CallFacts, mutations: Mutation[] = []): void {
  const deletes = mutations.filter((mutation) => mutation.delete).length;
  facts.deletes = deletes;
  facts.writes = mutations.length - deletes;
  facts.changes = mutations.slice(0, MOST_KEYS).flatMap((mutation) => {
    const key = (mutation.insert ?? mutation.update ?? mutation.upsert)?.key ?? mutation.delete;
    return key ? [{ operation: mutation.operation ?? 'delete', key }] : [];
  });
}
