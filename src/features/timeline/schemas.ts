import { z } from 'zod';
import { Fields, ListedPhoto, SharedPhoto } from '../photos/schemas.ts';
import { Cursor } from '../../signing/cursor.ts';

/** The largest page. A larger limit is reduced to it, so that a client need not know it. */
export const LARGEST_PAGE = 200;

export const PageSize = z.coerce
  .number('must be a whole number')
  .int('must be a whole number')
  .min(1, 'must be at least 1')
  .default(50)
  .transform((limit) => Math.min(limit, LARGEST_PAGE))
  .describe(`Photos on a page: 50 unless given, at most ${LARGEST_PAGE}.`);

const Order = z
  .enum(['taken', 'posted'])
  .default('taken')
  .describe('By the time of capture, or by the time of posting.');

/** A year, month or day of the calendar, such as `2019`, `2019-07` and `2019-07-01`. */
export const Period = z
  .string()
  .refine(isPeriod, 'must be a year, a month or a day: 2019, 2019-07 or 2019-07-01')
  .describe('Starts at the newest photo that is not after this year, month or day: `2019`, `2019-07`, `2019-07-01`.');

const Flag = z.enum(['true', 'false']).transform((text) => text === 'true');

export const TimelineQuery = z.strictObject({
  limit: PageSize,
  cursor: Cursor.optional(),
  order: Order,
  from: Period.optional(),
  favourite: Flag.optional().describe('Only your favourites, or only the others.'),
  archived: Flag.default(false).describe('The archive instead of the timeline.'),
  fields: Fields,
});

const page = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z.array(item),
    next: z.string().nullable().describe('Cursor of the next, older page; null at the end.'),
    prev: z.string().nullable().describe('Cursor of the newer page; null at the start.'),
    sequence: z
      .int()
      .describe('Grows with every change of this timeline. It identifies the state that the page shows.'),
  });

export const TimelinePage = page(ListedPhoto).meta({ id: 'TimelinePage' });
export type TimelinePage = z.infer<typeof TimelinePage>;

export const PublicTimelineQuery = TimelineQuery.pick({ limit: true, cursor: true, order: true, from: true });

export const PublicTimelinePage = page(SharedPhoto)
  .extend({ displayName: z.string().describe('The display name of the owner. May be empty.') })
  .meta({ id: 'PublicTimelinePage' });

export const DaysQuery = z.strictObject({
  preload: z.coerce
    .number('must be a whole number')
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .transform((limit) => Math.min(limit, LARGEST_PAGE))
    .optional()
    .describe('Adds the first page of the timeline with so many photos, from the same snapshot.'),
  fields: Fields,
});

const DATE =
  'As `2019-07-01`, by local wall clock. A photo of which only the month or year is known counts on its first day.';

const count = z.int().describe('Photos in the timeline, without those in archive and trash.');

export const Days = z
  .object({
    months: z
      .array(
        z.object({
          month: z.string().describe('As `2019-07`.'),
          count,
          days: z.array(z.object({ date: z.string().describe(DATE), count })),
        }),
      )
      .describe('Months and days that have photos, newest first.'),
    total: count,
    sequence: z.int().describe('Identifies the state that the counts show, as in a page of the timeline.'),
    page: TimelinePage.optional().describe('The first page, if `preload` requested it.'),
  })
  .meta({ id: 'Days' });
export type Days = z.infer<typeof Days>;

function isPeriod(text: string): boolean {
  const [, year, month = '01', day = '01'] = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/.exec(text) ?? [];
  if (year === undefined) return false;
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`);
  // A day that does not exist gives another text: 30 February.
  return !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 10) === `${year}-${month}-${day}`;
}
