import type { Disk } from '../disk.ts';
import type { Query, Value } from '../protocol.ts';
import { propertiesOf, type Accumulator } from './aggregations.ts';
import { Cursors } from './cursor.ts';
import { planQuery } from './planner.ts';
import type { QueryShape } from './query-shape.ts';
import type { Reader } from './reader.ts';
import { entityOf, hits } from './results.ts';

/** The aggregations of a query's results, by alias. */
export function runAggregation(
  disk: Disk,
  reader: Reader,
  shape: QueryShape,
  query: Query,
  accumulators: Accumulator[],
): Record<string, Value> {
  const readsEntities = propertiesOf(accumulators).length > 0;
  const wanted = shape.offset + Math.min(shape.limit, Math.max(...accumulators.map(({ bound }) => bound)));
  const section = { interval: new Cursors(shape, query).interval(), expected: wanted, entities: readsEntities };
  const rows = hits(disk, reader, shape, planQuery(disk, shape), section);
  for (let seen = 0; seen < wanted; seen++) {
    const { value: hit, done } = rows.next();
    if (done) break;
    if (seen < shape.offset) continue;
    const stored = readsEntities ? entityOf(disk, reader, shape, hit) : undefined;
    const entity = stored && disk.codec.decode(stored.data);
    for (const accumulator of accumulators) accumulator.add(entity);
  }
  return Object.fromEntries(accumulators.map((accumulator) => [accumulator.alias, accumulator.result()]));
}
