/** Milliseconds as a reader compares them. */
export function msWords(ms: number): string {
  if (ms >= 10_000) return `${(ms / 1_000).toFixed(1)} s`;
  return `${ms.toFixed(ms < 100 ? 1 : 0)} ms`;
}

/** The time of day in UTC, as in the lines of the log. */
export const timeOfDay = (epochMs: number): string => new Date(epochMs).toISOString().slice(11, 23);

/** Which class a status has, for its colour. */
export function statusClass(status: number): string {
  if (status >= 500) return 'bad';
  return status >= 400 ? 'warn' : '';
}
