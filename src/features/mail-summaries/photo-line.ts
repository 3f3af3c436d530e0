import type { Photo, TakenAt } from '../../data/model/records.ts';

/** The text of one photo in a mail. Plain text: the caller escapes it for HTML. */
export interface PhotoLine {
  title: string;
  /** `taken on 1 July 2019`, `taken in July 2019` or `taken in 2019` */
  taken: string;
  url: string;
}

export function photoLine(photo: Photo, publicUrl: string): PhotoLine {
  return {
    title: oneLine(photo.caption) || oneLine(photo.fileName ?? '') || 'Untitled',
    taken: writeTaken(photo.takenAt),
    url: `${publicUrl}/image/${photo.user}.${photo.id}/`,
  };
}

/** The title in a line of its own, then where the photo is, for a mail's text part. */
export const asText = ({ title, taken, url }: PhotoLine) => `${title}, ${taken}\n${url}`;

function writeTaken({ local, precision }: TakenAt): string {
  if (precision === 'year') return `taken in ${local.slice(0, 4)}`;
  const day = Date.parse(`${local.slice(0, 10)}T00:00:00Z`);
  return precision === 'month' ? `taken in ${MONTH.format(day)}` : `taken on ${DATE.format(day)}`;
}

/** A wall-clock date: it has no zone to be moved to. */
const DATE = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });
const MONTH = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' });

/** Longest title, in characters as a reader counts them. */
const LONGEST = 120;
const CHARACTERS = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Control characters would break lines and subjects, and bidirectional overrides could show another text. */
function oneLine(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\s\u2028-\u202e\u2066-\u2069]+/gu, ' ').trim();
  const beyond = [...CHARACTERS.segment(line)][LONGEST];
  return beyond ? `${line.slice(0, beyond.index).trimEnd()}…` : line;
}
