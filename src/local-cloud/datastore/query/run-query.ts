import type { Disk } from '../disk.ts';
import type { Query } from '../protocol.ts';
import type { StoredEntity } from '../store/entity-store.ts';
import { Cursors } from './cursor.ts';
import { LAST } from './interval.ts';
import type { UsedIndex } from './index-choice.ts';
import { indexesOf, planQuery } from './planner.ts';
import type { QueryShape } from './query-shape.ts';
import type { Reader } from './reader.ts';
import type { Hit } from './merge.ts';
import { projectedAt, type ProjectedRow } from './projected.ts';
import { entityOf, hits, noteEntity } from './results.ts';

/** A batch ends after so many results or bytes; the client then asks for the rest. */
const BATCH_RESULTS = 1000;
const BATCH_BYTES = 4 << 20;

export interface Batch {
  shape: QueryShape;
  indexes: UsedIndex[];
  results: Result[];
  /** The beginning of every cursor of this query. What follows is a position. */
  cursorHead: Buffer;
  skipped: number;
  skippedCursor: Buffer | undefined;
  endCursor: Buffer;
  more: 'NOT_FINISHED' | 'MORE_RESULTS_AFTER_LIMIT' | 'MORE_RESULTS_AFTER_CURSOR' | 'NO_MORE_RESULTS';
}

/** A row of the index, with what the query wants of it: its key, projected properties, or the entity. */
export interface Result {
  hit: Hit;
  projected?: ProjectedRow;
  stored?: StoredEntity | undefined;
}

export function runQuery(disk: Disk, reader: Reader, shape: QueryShape, query: Query): Batch {
  const cursors = new Cursors(shape, query);
  const interval = cursors.interval();
  const expected = shape.offset + shape.limit + 1;
  const sources = planQuery(disk, shape);
  const rows = hits(disk, reader, shape, sources, {
    interval,
    expected,
    entities: !shape.keysOnly && !shape.projection,
  });
  const { results, skipped, position, ...rest } = take(disk, reader, shape, rows);
  return {
    shape,
    indexes: indexesOf(sources),
    results,
    cursorHead: cursors.at(undefined),
    skipped,
    skippedCursor: skipped > 0 ? cursors.at(rest.skippedTo) : undefined,
    endCursor: position ? cursors.at(position) : (query.startCursor ?? cursors.at(undefined)),
    more: rest.more === 'NO_MORE_RESULTS' && interval.to !== LAST ? 'MORE_RESULTS_AFTER_CURSOR' : rest.more,
  };
}

function take(disk: Disk, reader: Reader, shape: QueryShape, rows: Generator<Hit>) {
  const results: Result[] = [];
  let skipped = 0;
  let bytes = 0;
  let position: Buffer | undefined;
  let skippedTo: Buffer | undefined;
  let more: Batch['more'] = 'NO_MORE_RESULTS';
  for (const hit of rows) {
    if (skipped >= shape.offset && results.length >= shape.limit) more = 'MORE_RESULTS_AFTER_LIMIT';
    else if (results.length >= BATCH_RESULTS || bytes >= BATCH_BYTES) more = 'NOT_FINISHED';
    if (more !== 'NO_MORE_RESULTS') break;
    position = hit.position;
    if (skipped < shape.offset) {
      skipped++;
      skippedTo = position;
      continue;
    }
    const result = resultOf(disk, reader, shape, hit);
    bytes += position.length + (result.stored?.data.length ?? 0);
    results.push(result);
  }
  return { results, skipped, skippedTo, position, more };
}

function resultOf(disk: Disk, reader: Reader, shape: QueryShape, hit: Hit): Result {
  if (shape.keysOnly) return { hit };
  if (!shape.projection) return { hit, stored: entityOf(disk, reader, shape, hit) };
  noteEntity(disk, reader, shape, hit);
  return { hit, projected: projectedAt(disk, reader, shape, hit) };
}
