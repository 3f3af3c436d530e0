import { z } from 'zod';

/** A time zone by its name in the IANA database, as the device itself knows it. Offsets such as `+02:00` are none. */
export const TimeZone = z
  .string()
  .max(64)
  .refine(isTimeZone, 'must be the name of a time zone, such as Europe/Berlin or UTC')
  .describe(
    'The IANA name of the time zone in which your days begin and end, such as `Europe/Berlin`. Photos of which only the ' +
      'instant is known are shown and counted in it. Photos that are there keep their times when it changes; ' +
      '`takenAt: null` shows such a photo in the new zone.',
  );

function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
