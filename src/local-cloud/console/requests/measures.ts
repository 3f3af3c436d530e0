/** Milliseconds as a reader compares them. */
export function msWords(ms: number): string {
  if (ms >= 10_000) return `${(ms / 1_000).toFixed(1)} s`;
  return `${ms.toFixed(ms < 100 ? 1 : 0)} ms`;
}

/** Bytes in units of 1,024. */
export function bytesWords(bytes: number): string {
  if (bytes < 1_024) return `${bytes} B`;
  if (bytes < 2 ** 20) return `${(bytes / 1_024).toFixed(1)} KiB`;
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}

/** The time of day in UTC, as in the lines of the log. */
export const timeOfDay = (epochMs: number): string => new Date(epochMs).toISOString().slice(11, 23);

/** Which class a status has, for its colour. */
export function statusClass(status: number): string {
  if (status >= 500) return 'bad';
  return status >= 400 ? 'warn' : '';
}
