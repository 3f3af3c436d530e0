import { accountErased } from '../../data/rules/erasure.ts';
import type { UserId } from '../../runtime/ids.ts';
import type { User, Year } from '../../data/model/records.ts';
import type { Days } from './schemas.ts';
import { firstPage, type TimelineDeps, type TimelinePage } from './read-timeline.ts';

/** The day counts of a timeline and, if asked for, its first page: all of one moment. */
export interface ReadDays {
  user: User;
  months: Days['months'];
  page?: TimelinePage;
}

/** Costs one row for each year that has photos, however many they are. Throws not-found without the user. */
export async function readDays(deps: TimelineDeps, id: UserId, preload?: number): Promise<ReadDays> {
  const days = await deps.store.moment(id, async (moment) => {
    const months = monthsOf(await moment.years());
    const { user } = moment;
    return preload === undefined
      ? { user, months }
      : { user, months, page: await firstPage(deps, moment, id, preload) };
  });
  if (!days) throw accountErased();
  return days;
}

export const totalOf = (months: Days['months']) => months.reduce((total, { count }) => total + count, 0);

/** Newest first, as the timeline itself. */
function monthsOf(years: [name: string, year: Year][]): Days['months'] {
  const days = years
    .flatMap(([year, { days }]) => Object.entries(days).map(([day, count]) => ({ date: `${year}-${day}`, count })))
    .sort((a, b) => (a.date < b.date ? 1 : -1));
  return [...Map.groupBy(days, ({ date }) => date.slice(0, 7))].map(([month, ofMonth]) => ({
    month,
    count: ofMonth.reduce((sum, { count }) => sum + count, 0),
    days: ofMonth,
  }));
}
