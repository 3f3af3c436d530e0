import type { Request } from 'express';
import { AppError } from '../../runtime/errors.ts';
import type { Reply } from '../../http/route.ts';
import { accountErased, isAccountErased } from '../../data/rules/erasure.ts';
import type { UserId } from '../../runtime/ids.ts';
import { createPresenter, createStrangersPresenter } from '../photos/present.ts';
import { firstPage, readTimeline, type TimelineDeps, type TimelinePage, type TimelineQuery } from './read-timeline.ts';
import { versionedReply, type VersionedReplyDeps } from './versioned-reply.ts';
import type { User, Year } from '../../data/model/records.ts';
import type { Days } from './schemas.ts';

export interface PageDeps extends TimelineDeps, VersionedReplyDeps {}

/** One page of the caller's own photos. Throws what `readTimeline` throws. */
export const pageReply = (deps: PageDeps, user: UserId, query: TimelineQuery, request: Request): Promise<Reply> =>
  versionedReply(
    deps,
    {
      user,
      query: ['page', query],
      async read() {
        const page = await readTimeline(deps, user, query);
        const { next, prev } = page;
        return { sequence: page.user.sequence, next, prev, body: present(deps, user, page) };
      },
    },
    request,
  );

/** The caller's day counts, and the first page with them if it is asked for. */
export const daysReply = (deps: PageDeps, user: UserId, preload: number | undefined, request: Request) =>
  versionedReply(
    deps,
    {
      user,
      query: ['days', preload],
      async read() {
        const { user: owner, months, page } = await readDays(deps, user, preload);
        const { sequence } = owner;
        const first = page && { page: present(deps, user, page) };
        return { sequence, body: { months, total: totalOf(months), sequence, ...first } };
      },
    },
    request,
  );

/** One page of a public timeline, as others see it; the reply does not tell whether there is a private one. */
export const publicPageReply = (deps: PageDeps, user: UserId, query: TimelineQuery, request: Request) =>
  versionedReply(
    deps,
    {
      user,
      query: ['public', query],
      admit({ visibility }) {
        if (visibility !== 'public') throw noSuchTimeline();
      },
      async read() {
        const page = await readTimeline(deps, user, query);
        const { sequence, displayName } = page.user;
        const { next, prev } = page;
        const items = page.photos.map(createStrangersPresenter(deps, user, page.user.handle));
        return { sequence, next, prev, body: { items, next, prev, sequence, displayName } };
      },
    },
    request,
  ).catch((error: unknown) => {
    throw isAccountErased(error) ? noSuchTimeline() : error;
  });

const noSuchTimeline = () => new AppError('not-found', 'There is no such timeline.');

const present = (deps: PageDeps, id: UserId, { user, photos, next, prev }: TimelinePage) => ({
  items: photos.map(createPresenter(deps, id, user.handle)),
  next,
  prev,
  sequence: user.sequence,
});

/** The day counts of a timeline and, if asked for, its first page: all of one moment. */
interface ReadDays {
  user: User;
  months: Days['months'];
  page?: TimelinePage;
}

/** Costs one row for each year that has photos, however many they are. Throws not-found without the user. */
async function readDays(deps: TimelineDeps, id: UserId, preload?: number): Promise<ReadDays> {
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

const totalOf = (months: Days['months']) => months.reduce((total, { count }) => total + count, 0);

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
