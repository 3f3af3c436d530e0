import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../runtime/durations.ts';

/** A span in its two largest units, such as `3 h 12 min`. */
export function spanWords(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < MINUTE_MS) return `${(ms / 1_000).toFixed(ms < 10_000 ? 1 : 0)} s`;
  if (ms < HOUR_MS) return twoUnits(ms, [MINUTE_MS, 'min'], [1_000, 's']);
  if (ms < DAY_MS) return twoUnits(ms, [HOUR_MS, 'h'], [MINUTE_MS, 'min']);
  return twoUnits(ms, [DAY_MS, 'd'], [HOUR_MS, 'h']);
}

type Unit = [ms: number, name: string];

function twoUnits(ms: number, [large, largeName]: Unit, [small, smallName]: Unit): string {
  const rest = Math.floor((ms % large) / small);
  return `${Math.floor(ms / large)} ${largeName}${rest > 0 ? ` ${rest} ${smallName}` : ''}`;
}

/** A time against now: `in 3 min`, `2 h ago`. */
export function whenWords(timeMs: number, nowMs: number): string {
  const ms = timeMs - nowMs;
  if (Math.abs(ms) < 1_000) return 'now';
  return ms > 0 ? `in ${spanWords(ms)}` : `${spanWords(-ms)} ago`;
}

/** A time in UTC to the second. */
export const timeWords = (timeMs: number): string => new Date(timeMs).toISOString().replace('T', ' ').slice(0, 19);
