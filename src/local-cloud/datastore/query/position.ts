import { inverted } from '../encoding/ordered-bytes.ts';
import { valueEnd } from '../encoding/values.ts';
import { after, before, compareCuts, contains, FIRST, LAST, type Cut } from './interval.ts';
import type { QueryShape } from './query-shape.ts';
import type { Residual, Source } from './planner.ts';

/**
 * The place of a result among all results of a query: one encoded value per order, then the ended path (behind the
 * ancestor), each inverted where it descends.
 */
export type Position = Buffer;

/** The parts of a position, or of the beginning of one; the path, if it is there, comes last. */
export function splitPosition(shape: QueryShape, position: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  let at = 0;
  for (const { descending } of shape.orders) {
    if (at >= position.length) return parts;
    const end = valueEnd(position, at, descending);
    parts.push(position.subarray(at, end));
    at = end;
  }
  return at < position.length ? [...parts, position.subarray(at)] : parts;
}

/** The ended path in a position, in ascending form. */
export const pathIn = (shape: QueryShape, position: Position): Buffer => pathOf(shape, splitPosition(shape, position));

/** The ended path among the parts of a position, in ascending form. */
export function pathOf(shape: QueryShape, parts: Buffer[]): Buffer {
  const path = parts.at(-1)!;
  return shape.keyDescends ? inverted(path) : path;
}

/** The position of a row: its suffix, with the values that are constant in this source put in. */
export function positionOf(shape: QueryShape, { constants }: Source, suffix: Buffer): Position {
  if (!constants.some(Boolean)) return suffix;
  const parts: Buffer[] = [];
  let at = 0;
  shape.orders.forEach(({ descending }, order) => {
    const end = constants[order] ? at : valueEnd(suffix, at, descending);
    parts.push(constants[order] ?? suffix.subarray(at, end));
    at = end;
  });
  return Buffer.concat([...parts, suffix.subarray(at)]);
}

/** Whether the values in a suffix are wanted, all of them, and its path. */
export function isWanted({ columns, paths }: Residual, suffix: Buffer): boolean {
  let at = 0;
  const hasValues = columns.every(({ descending, intervals }) => {
    const end = valueEnd(suffix, at, descending);
    const value = suffix.subarray(at, end);
    at = end;
    return contains(intervals, value);
  });
  return hasValues && contains(paths, suffix.subarray(at));
}

/** A cut among positions as one among the suffixes of a source. */
export function suffixCut(shape: QueryShape, { constants }: Source, cut: Cut): Cut {
  if (!constants.some(Boolean)) return cut;
  const kept: Buffer[] = [];
  for (const [at, part] of splitPosition(shape, cut.prefix).entries()) {
    const constant = constants[at];
    if (!constant) kept.push(part);
    else if (!constant.equals(part))
      return sideOf(Buffer.concat(kept), compareCuts(before(constant), before(part)) > 0);
  }
  const prefix = Buffer.concat(kept);
  if (prefix.length === 0 && kept.length === 0) return cut.after ? LAST : FIRST;
  return { prefix, after: cut.after };
}

/** All rows that begin with `prefix` lie behind the cut, or all before it. */
const sideOf = (prefix: Buffer, behind: boolean): Cut => (behind ? before(prefix) : after(prefix));
