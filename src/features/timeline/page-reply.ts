import type { Request } from 'express';
import type { z } from 'zod';
import { AppError } from '../../runtime/errors.ts';
import type { Reply } from '../../http/route.ts';
import { accountErased, isAccountErased } from '../../data/rules/erasure.ts';
import type { UserId } from '../../runtime/ids.ts';
import { createListPresenter, createStrangersPresenter } from '../photos/present.ts';
import { firstPage, readTimeline, type TimelineDeps, type TimelinePage, type TimelineQuery } from './read-timeline.ts';
import { versionedReply, type VersionedReplyDeps } from './versioned-reply.ts';
import type { User, Year } from '../../data/model/records.ts';
import type { Days, DaysQuery } from './schemas.ts';

export interface PageDeps extends TimelineDeps, VersionedReplyDeps {}

interface OwnersQuery extends TimelineQuery {
  fields?: 'all' | undefined;
}

/**
 * Replies with one page of the caller's own photos.
 * @throws AppError like `readTimeline`
 */
export const pageReply = (deps: PageDeps, user: UserId, query: OwnersQuery, request: Request): Promise<Reply> =>
  versionedReply(
    deps,
    {
      user,
      query: ['page', query],
      async read() {
        const page = await readTimeline(deps, user, query);
        const { next, prev } = page;
        return { sequence: page.user.sequence, next, prev, body: present(deps, user, page, query.fields) };
      },
    },
    request,
  );

/** Replies with the caller's day counts, and with the first page if `preload` is given. */
export const daysReply = (
  deps: PageDeps,
  user: UserId,
  { preload, fields }: z.output<typeof DaysQuery>,
  request: Request,
) =>
  versionedReply(
    deps,
    {
      user,
      query: ['days', preload, fields],
      async read() {
        const { user: owner, months, page } = await readDays(deps, user, preload);
        const { sequence } = owner;
        const first = page && present(deps, user, page, fields);
        return { sequence, body: { months, total: totalOf(months), sequence, page: first } };
      },
    },
    request,
  );

/** Replies with one page of a public timeline. A private timeline and a missing one get the same reply. */
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

const present = (deps: PageDeps, id: UserId, { user, photos, next, prev }: TimelinePage, fields?: 'all') => ({
  items: photos.map(createListPresenter(deps, id, user.handle, fields)),
  next,
  prev,
  sequence: user.sequence,
});

/** The day counts of a timeline and, if requested, its first page, from one snapshot. */
interface ReadDays {
  user: User;
  months: Days['months'];
  page?: TimelinePage | undefined;
}

/**
 * Reads one entity for each year that has photos.
 * @throws AppError account-erased
 */
export async function readDays(deps: TimelineDeps, id: UserId, preload?: number): Promise<ReadDays> {
  const days = await deps.store.snapshot(id, async (snapshot) => {
    const months = monthsOf(await snapshot.years());
    const page = preload === undefined ? undefined : await firstPage(deps, snapshot, id, preload);
    return { user: snapshot.user, months, page };
  });
  if (!days) throw accountErased();
  return days;
}

const totalOf = (months: Days['months']) => months.reduce((total, { count }) => total + count, 0);

/** Groups the days by month, newest first like the timeline. */
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
