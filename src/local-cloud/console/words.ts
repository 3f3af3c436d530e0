import { html, type Content } from '../../runtime/html.ts';

const UNITS = ['KiB', 'MiB', 'GiB'];

/** A number of bytes with at most three digits. */
export function bytesInWords(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  let value = bytes / 1024;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${UNITS[unit]}`;
}

/** An instant, to the second in the text and to the millisecond in the element; `ms` counts from the Unix epoch. */
export function timeOf(ms: number): Content {
  const iso = instantOf(ms);
  return iso && html`<time datetime="${iso}" title="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 19)}</time>`;
}

/** ISO 8601; undefined beyond the years that dates can have. */
export const instantOf = (ms: number): string | undefined =>
  Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : undefined;

/** A text with at most `length` characters, and an ellipsis in place of the rest. */
export const cut = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length).replace(/[\ud800-\udbff]$/, '')}…`;
