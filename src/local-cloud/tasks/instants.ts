/** Microseconds since the Unix epoch: the precision that Cloud Tasks keeps (task.proto, `schedule_time`). */
export type Micros = number;

/** google.protobuf.Timestamp as it travels: seconds in decimal digits. */
export interface Timestamp {
  seconds?: string;
  nanos?: number;
}

/** google.protobuf.Duration as it travels. */
export interface Duration {
  seconds?: string;
  nanos?: number;
}

export const SECOND_MICROS = 1_000_000;
export const HOUR_MICROS = 3_600 * SECOND_MICROS;
export const DAY_MICROS = 24 * HOUR_MICROS;

/** From a clock's milliseconds. */
export const microsOf = (ms: number): Micros => Math.floor(ms * 1_000);

/** From a span in seconds. */
export const microsIn = (seconds: number): Micros => Math.round(seconds * SECOND_MICROS);

/** Truncated to the microsecond, as task.proto says. */
export const fromTimestamp = ({ seconds = '0', nanos = 0 }: Timestamp): Micros =>
  Number(seconds) * SECOND_MICROS + Math.floor(nanos / 1_000);

export const toTimestamp = (time: Micros): Timestamp => ({
  seconds: String(Math.floor(time / SECOND_MICROS)),
  nanos: (time % SECOND_MICROS) * 1_000,
});

/** In seconds, with a fraction. */
export const fromDuration = ({ seconds = '0', nanos = 0 }: Duration): number => Number(seconds) + nanos / 1e9;

/** From seconds with a fraction. */
export function toDuration(seconds: number): Duration {
  const whole = Math.trunc(seconds);
  return { seconds: String(whole), nanos: Math.round((seconds - whole) * 1e9) };
}
