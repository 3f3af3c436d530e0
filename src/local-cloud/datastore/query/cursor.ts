import { createHash } from 'node:crypto';
import { CloudError } from '../../cloud-error.ts';
import type { Query } from '../protocol.ts';
import { after, FIRST, LAST, type Cut, type Interval } from './interval.ts';
import type { Position } from './position.ts';
import type { QueryShape } from './query-shape.ts';

const CHECKSUM_BYTES = 8;

/** Makes and reads the cursors of one query: a checksum of the query, then a position (none: the start). */
export class Cursors {
  readonly #query: Query;
  readonly #checksum: Buffer;

  constructor(shape: QueryShape, query: Query) {
    this.#query = query;
    const { partition, kind, orders, keyDescends } = shape;
    const meaning = [partition, kind, query.filter, orders, keyDescends, shape.projection];
    this.#checksum = createHash('sha256').update(JSON.stringify(meaning)).digest().subarray(0, CHECKSUM_BYTES);
  }

  /** The cursor behind a position, or at the start. */
  at(position: Position | undefined): Buffer {
    return Buffer.concat(position ? [this.#checksum, position] : [this.#checksum]);
  }

  /**
   * What lies between the query's own cursors.
   * @throws CloudError INVALID_ARGUMENT for a cursor of another query
   */
  interval(): Interval {
    const { startCursor, endCursor } = this.#query;
    return { from: this.#read(startCursor) ?? FIRST, to: this.#read(endCursor) ?? LAST };
  }

  #read(cursor: Buffer | undefined): Cut | undefined {
    if (!cursor || cursor.length === 0) return undefined;
    if (!cursor.subarray(0, CHECKSUM_BYTES).equals(this.#checksum)) {
      throw new CloudError('INVALID_ARGUMENT', 'The cursor belongs to another query.');
    }
    return cursor.length === CHECKSUM_BYTES ? FIRST : after(cursor.subarray(CHECKSUM_BYTES));
  }
}
