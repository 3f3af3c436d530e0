import type { Photo, TakenAt } from '../../data/model/records.ts';
import { once } from '../../runtime/lazy.ts';

/** The texts of one photo in a mail, not escaped for HTML. */
interface PhotoLine {
  title: string;
  /** `taken on 1 July 2019`, `taken in July 2019` or `taken in 2019` */
  taken: string;
  url: string;
}

export function photoLine(photo: Photo, publicUrl: string): PhotoLine {
  return {
    title: oneLine(photo.caption) || oneLine(photo.fileName ?? '') || 'Untitled',
    taken: writeTaken(photo.takenAt),
    url: `${publicUrl}/photo/${photo.id}`,
  };
}

/** Writes a photo for the text part of a mail: one line, then the URL. */
export const asText = ({ title, taken, url }: PhotoLine) => `${title}, ${taken}\n${url}`;

function writeTaken({ local, precision }: TakenAt): string {
  if (precision === 'year') return `taken in ${local.slice(0, 4)}`;
  const day = Date.parse(`${local.slice(0, 10)}T00:00:00Z`);
  return precision === 'month' ? `taken in ${monthFormat().format(day)}` : `taken on ${dateFormat().format(day)}`;
}

/** UTC, because a wall-clock date has no time zone. */
const dateFormat = once(() => new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }));
const monthFormat = once(() => new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' }));

/** Limit of a title, in characters as a reader counts them. */
const MAX_TITLE = 120;
const characters = once(() => new Intl.Segmenter('en', { granularity: 'grapheme' }));

/** Drops control characters, which would break lines, and bidirectional overrides, which could show another text. */
function oneLine(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\s\u2028-\u202e\u2066-\u2069]+/gu, ' ').trim();
  const beyond = [...characters().segment(line)][MAX_TITLE];
  return beyond ? `${line.slice(0, beyond.index).trimEnd()}…` : line;
}
