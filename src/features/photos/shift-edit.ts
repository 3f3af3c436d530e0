import type { Photo, TakenAt } from '../../data/model/records.ts';
import type { PhotoEdit } from '../../data/rules/owner-edit.ts';
import { AppError } from '../../runtime/errors.ts';

const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;

/**
 * Makes the edit that shifts the capture time of a photo. A shift that leads back to the time of the file restores that
 * time with its source, so that the opposite shift undoes a shift.
 * @throws AppError conflict if too little of the time is known; invalid-request if the year has no four digits
 */
export function shiftEdit({ takenAt, fileSays }: Pick<Photo, 'takenAt' | 'fileSays'>, minutes: number): PhotoEdit {
  const { precision } = takenAt;
  if (precision === 'month' || precision === 'year' || (precision === 'day' && minutes % DAY_MINUTES !== 0)) {
    throw new AppError('conflict', `Only the ${precision} of this photo is known. Set its time first.`);
  }
  const local = shifted(takenAt.local, minutes);
  const file = fileSays?.takenAt;
  if (file?.local === local && file.offset === takenAt.offset) return { takenAt: null };
  const utc = takenAt.utc === null ? null : `${shifted(takenAt.utc.slice(0, -1), minutes)}Z`;
  return { takenAt: { ...takenAt, local, utc, source: 'user' } satisfies TakenAt };
}

/** Shifts a wall-clock time. Its fraction of a second stays as it is. */
function shifted(time: string, minutes: number): string {
  const instant = Date.parse(`${time.slice(0, 19)}Z`) + minutes * MINUTE_MS;
  // The same years as for a time that a client states.
  if (!(instant >= Date.parse('1000-01-02') && instant < Date.parse('9999-12-31'))) {
    throw new AppError('invalid-request', 'The shifted time must lie between the years 1000 and 9999.');
  }
  return new Date(instant).toISOString().slice(0, 19) + time.slice(19);
}
