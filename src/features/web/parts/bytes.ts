const UNITS = ['kB', 'MB', 'GB', 'TB'];

/** Writes a number of bytes as people read it: `12 kB`, `3.1 MB`, `10 GB`. */
export function writeBytes(bytes: number): string {
  const at = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(bytes, 1)) / 3) - 1));
  const value = bytes / 1000 ** (at + 1);
  if (at === 0) return `${Math.max(bytes > 0 ? 1 : 0, Math.round(value))} kB`;
  return `${value.toFixed(1).replace(/\.0$/, '')} ${UNITS[at]}`;
}
