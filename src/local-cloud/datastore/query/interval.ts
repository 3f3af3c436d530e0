import { inverted, prefixEnd } from '../encoding/ordered-bytes.ts';

/** A place between byte strings: before or after everything that begins with `prefix`. */
export interface Cut {
  prefix: Buffer;
  after: boolean;
}

/** What lies between two cuts. */
export interface Interval {
  from: Cut;
  to: Cut;
}

const NOTHING = Buffer.alloc(0);

export const before = (prefix: Buffer): Cut => ({ prefix, after: false });
export const after = (prefix: Buffer): Cut => ({ prefix, after: true });
export const FIRST = before(NOTHING);
export const LAST = after(NOTHING);
export const EVERYTHING: Interval = { from: FIRST, to: LAST };

/** What begins with `prefix`. */
export const exactly = (prefix: Buffer): Interval => ({ from: before(prefix), to: after(prefix) });

/** The least byte string behind the cut, when everything has `base` before it; null behind all of them. */
export function boundary(base: Buffer, { prefix, after }: Cut): Buffer | null {
  const whole = Buffer.concat([base, prefix]);
  return after ? prefixEnd(whole) : whole;
}

export function compareCuts(a: Cut, b: Cut): number {
  const [left, right] = [boundary(NOTHING, a), boundary(NOTHING, b)];
  if (!left || !right) return (left ? 0 : 1) - (right ? 0 : 1);
  return Buffer.compare(left, right);
}

const later = (a: Cut, b: Cut) => (compareCuts(a, b) < 0 ? b : a);
const earlier = (a: Cut, b: Cut) => (compareCuts(a, b) < 0 ? a : b);

/** What lies in both; each list ascending and without overlaps. */
export function intersect(left: readonly Interval[], right: readonly Interval[]): Interval[] {
  return left.flatMap((a) =>
    right
      .map((b) => ({ from: later(a.from, b.from), to: earlier(a.to, b.to) }))
      .filter(({ from, to }) => compareCuts(from, to) < 0),
  );
}

/** What lies outside all of `holes`. */
export function outside(holes: readonly Interval[]): Interval[] {
  return holes.reduce<Interval[]>(
    (rest, { from, to }) =>
      intersect(rest, [
        { from: FIRST, to: from },
        { from: to, to: LAST },
      ]),
    [EVERYTHING],
  );
}

export function contains(intervals: readonly Interval[], bytes: Buffer): boolean {
  const cut = before(bytes);
  return intervals.some(({ from, to }) => compareCuts(from, cut) <= 0 && compareCuts(cut, to) < 0);
}

/** Whether nothing lies outside. */
export const isEverything = ([first, ...rest]: readonly Interval[]) =>
  first !== undefined && rest.length === 0 && compareCuts(first.from, FIRST) === 0 && compareCuts(first.to, LAST) === 0;

/** The cut between the complements of the byte strings, which lie in the opposite order. */
const invertCut = ({ prefix, after }: Cut): Cut => ({ prefix: inverted(prefix), after: !after });

/** The intervals among the complements of the byte strings, ascending again. */
export const invertIntervals = (intervals: readonly Interval[]): Interval[] =>
  intervals.map(({ from, to }) => ({ from: invertCut(to), to: invertCut(from) })).reverse();
