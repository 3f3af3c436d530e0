import { z } from 'zod';
import type { TakenAt } from '../library/shapes.ts';

/** A capture time as a client states it: with an offset, or floating. */
export const UserTime = z.iso
  .datetime({ local: true, offset: true, error: 'must be a time such as 2019-07-01T10:00:00 or …T10:00:00+02:00' })
  .transform(readUserTime)
  .describe('When the photo was taken: `2019-07-01T10:00:00.12+02:00`, or without the offset where it is not known.');

function readUserTime(text: string): TakenAt {
  const [, local = text, zone] = /^(.*?)(Z|[+-]\d\d:\d\d)?$/.exec(text) ?? [];
  const seconds = /T\d\d:\d\d$/.test(local) ? `${local}:00` : local;
  if (zone === undefined) return { local: seconds, offset: null, utc: null, source: 'user' };
  const offset = zone === 'Z' ? '+00:00' : zone;
  const utc = new Date(`${seconds}${offset}`).toISOString();
  return { local: seconds, offset, utc, source: 'user' };
}
