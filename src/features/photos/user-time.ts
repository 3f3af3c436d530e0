import { z } from 'zod';
import type { TakenAt } from '../../data/model/records.ts';
import { captureTimeAt, parseOffset } from '../../pictures/facts/wall-clock.ts';

/** A date and a time that zod has checked, with any offset. */
const PARTS = /^([-\d]{10}T\d\d:\d\d)(:\d\d)?(?:\.(\d+))?(Z|[-+]\d\d:\d\d)?$/;

/** A capture time as a client states it: with an offset, or floating. */
export const UserTime = z.iso
  .datetime({
    local: true,
    offset: true,
    abort: true,
    error: 'must be a time such as 2019-07-01T10:00:00 or …T10:00:00+02:00',
  })
  .refine((text) => text >= '1000-01-02' && text < '9999-12-31', 'must lie between the years 1000 and 9999')
  .refine(hasRealOffset, 'has an offset that no place has: none is further from UTC than 14 hours')
  .transform(readUserTime)
  .describe(
    'When the photo was taken: `2019-07-01T10:00:00.12+02:00`, or without the offset where it is not known. ' +
      'Without seconds its precision is the minute.',
  );

/** The part of a time that goes into the fingerprint of a keyed request. It must not change while keys are remembered. */
export const fingerprintOf = ({ local, offset, utc, source }: TakenAt) => ({ local, offset, utc, source });

function hasRealOffset(text: string): boolean {
  const zone = PARTS.exec(text)?.[4];
  return zone === undefined || parseOffset(zone) !== undefined;
}

function readUserTime(text: string) {
  const [, minutes = text, seconds, fraction, zone] = PARTS.exec(text) ?? [];
  const precision = seconds === undefined ? 'minute' : 'second';
  const time = captureTimeAt(minutes + (seconds ?? ':00'), fraction, zone && parseOffset(zone), precision);
  return { ...time, source: 'user' as const };
}
