import type { Disk } from '../disk.ts';
import type { Query } from '../protocol.ts';
import type { StoredEntity } from '../store/entity-store.ts';
import { Cursors } from './cursor.ts';
import { LAST } from './interval.ts';
import { planQuery } from './planner.ts';
import type { QueryShape } from './query-shape.ts';
import type { Reader } from './reader.ts';
import type { Hit } from './merge.ts';
import { entityOf, hits } from './results.ts';

/** A batch ends after so many results or bytes; the client then asks for the rest. */
const BATCH_RESULTS = 1000;
const BATCH_BYTES = 4 << 20;

export interface Batch {
  shape: QueryShape;
  results: { hit: Hit; stored: StoredEntity | undefined; cursor: Buffer }[];
  skipped: number;
  skippedCursor: Buffer | undefined;
  endCursor: Buffer;
  more: 'NOT_FINISHED' | 'MORE_RESULTS_AFTER_LIMIT' | 'MORE_RESULTS_AFTER_CURSOR' | 'NO_MORE_RESULTS';
}

export function runQuery(disk: Disk, reader: Reader, shape: QueryShape, query: Query): Batch {
  const cursors = new Cursors(shape, query);
  const interval = cursors.interval();
  const expected = shape.offset + shape.limit + 1;
  const rows = hits(disk, reader, shape, planQuery(disk, shape), {
    interval,
    expected,
    entities: !shape.keysOnly,
  });
  const { skipped, position, ...rest } = take(disk, reader, shape, rows);
  return {
    shape,
    results: rest.results.map((result) => ({ ...result, cursor: cursors.at(result.hit.position) })),
    skipped,
    skippedCursor: skipped > 0 ? cursors.at(rest.skippedTo) : undefined,
    endCursor: position ? cursors.at(position) : (query.startCursor ?? cursors.at(undefined)),
    more: rest.more === 'NO_MORE_RESULTS' && interval.to !== LAST ? 'MORE_RESULTS_AFTER_CURSOR' : rest.more,
  };
}

function take(disk: Disk, reader: Reader, shape: QueryShape, rows: Generator<Hit>) {
  const results: { hit: Hit; stored: StoredEntity | undefined }[] = [];
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
    const stored = shape.keysOnly ? undefined : entityOf(disk, reader, shape, hit);
    bytes += stored?.data.length ?? 0;
    results.push({ hit, stored });
  }
  return { results, skipped, skippedTo, position, more };
}
