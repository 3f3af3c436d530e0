import { z } from 'zod';
import { ListedPhoto } from '../photos/schemas.ts';
import { MOST_PHOTOS } from './read-memories.ts';

/** A day of the calendar, as `2019-11-29`. */
export const MemoryDay = z.iso.date('must be a day such as 2019-11-29');

export const MemoriesQuery = z.strictObject({
  date: MemoryDay.describe('The day that is today for the person, by local wall clock.'),
});

const Memory = z
  .object({
    date: z.string().describe('The day of the photos. Hiding it takes them out of the memories.'),
    title: z.string().describe('As `3 years ago`.'),
    count: z.int().describe('Photos of that day in the timeline.'),
    photos: z.array(ListedPhoto).describe(`The newest ones, at most ${MOST_PHOTOS}.`),
  })
  .meta({ id: 'Memory' });

export const MemoryList = z
  .object({
    items: z
      .array(Memory)
      .describe(
        'One for each earlier year that has photos of that day, the latest first. In a year without 29 February, that ' +
          'day is remembered on the 28th.',
      ),
    sequence: z.int().describe('Identifies the state that the memories show, as in a page of the timeline.'),
  })
  .meta({ id: 'MemoryList' });

export const HiddenDay = z.strictObject({ date: MemoryDay.describe('The day of the photos.') });

export const HiddenDayList = z
  .object({ items: z.array(z.string()).describe('As `2019-11-29`, the earliest first.') })
  .meta({ id: 'HiddenDayList' });
