import type { Disk } from '../disk.ts';
import type { Query, Value } from '../protocol.ts';
import { propertiesOf, type Accumulator } from './aggregations.ts';
import { Cursors } from './cursor.ts';
import type { UsedIndex } from './index-choice.ts';
import { indexesOf, planQuery } from './planner.ts';
import type { QueryShape } from './query-shape.ts';
import type { Reader } from './reader.ts';
import { entityOf, hits } from './results.ts';

export interface Aggregated {
  /** By alias. */
  results: Record<string, Value>;
  indexes: UsedIndex[];
  /** Rows of the indexes that were counted. */
  counted: number;
}

/** The aggregations of a query's results. */
export function runAggregation(
  disk: Disk,
  reader: Reader,
  shape: QueryShape,
  query: Query,
  accumulators: Accumulator[],
): Aggregated {
  const readsEntities = propertiesOf(accumulators).length > 0;
  const wanted = shape.offset + Math.min(shape.limit, Math.max(...accumulators.map(({ bound }) => bound)));
  const section = { interval: new Cursors(shape, query).interval(), expected: wanted, entities: readsEntities };
  const sources = planQuery(disk, shape);
  const rows = hits(disk, reader, shape, sources, section);
  let seen = 0;
  for (; seen < wanted; seen++) {
    const { value: hit, done } = rows.next();
    if (done) break;
    if (seen < shape.offset) continue;
    const stored = readsEntities ? entityOf(disk, reader, shape, hit) : undefined;
    const entity = stored && disk.codec.decode(stored.data);
    for (const accumulator of accumulators) accumulator.add(entity);
  }
  const results = Object.fromEntries(accumulators.map((accumulator) => [accumulator.alias, accumulator.result()]));
  return { results, indexes: indexesOf(sources), counted: seen };
}
