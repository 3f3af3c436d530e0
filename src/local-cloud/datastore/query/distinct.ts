import { prefixEnd } from '../encoding/ordered-bytes.ts';
import { valueEnd } from '../encoding/values.ts';
import { after, type Interval } from './interval.ts';
import type { Source } from './planner.ts';
import { splitPosition, type Position } from './position.ts';
import type { QueryShape } from './query-shape.ts';

/** Passes the first row of each combination of distinct values. */
export function distinctFilter(shape: QueryShape): (position: Position) => boolean {
  let last: Buffer | undefined;
  return (position) => {
    const group = groupOf(shape, position);
    if (last?.equals(group)) return false;
    last = group;
    return true;
  };
}

/** A start in the middle of a combination moves behind it: its first row was given before. */
export function behindStart(shape: QueryShape, { from, to }: Interval): Interval {
  return from.prefix.length === 0 ? { from, to } : { from: after(groupOf(shape, from.prefix)), to };
}

/**
 * Where the next combination can begin in a source, so that the rest of this one is skipped; null if it was the last.
 * Undefined if each row must be looked at, because the first of a combination may not count.
 */
export function nextGroup(
  shape: QueryShape,
  { constants, residual }: Source,
): ((suffix: Buffer) => Buffer | null) | undefined {
  if (shape.distinct === undefined || !shape.projection || residual) return undefined;
  const varying = shape.orders.slice(0, shape.distinct).filter((_, at) => !constants[at]);
  return (suffix) => {
    const end = varying.reduce((at, { descending }) => valueEnd(suffix, at, descending), 0);
    return prefixEnd(suffix.subarray(0, end));
  };
}

const groupOf = (shape: QueryShape, position: Buffer) =>
  Buffer.concat(splitPosition(shape, position).slice(0, shape.distinct));
