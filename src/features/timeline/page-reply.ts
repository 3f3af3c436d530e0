import type { Request } from 'express';
import type { z } from 'zod';
import { AppError } from '../../runtime/errors.ts';
import type { Reply } from '../../http/route.ts';
import { accountErased, isAccountErased } from '../../data/rules/erasure.ts';
import { isPublic } from '../../data/rules/suspension.ts';
import type { UserId } from '../../runtime/ids.ts';
import { createPresenter } from '../photos/present.ts';
import { ownersItems, strangersItems } from '../photos/write-list-items.ts';
import {
  photosIn,
  readTiles,
  readTimeline,
  tilesIn,
  type TimelineDeps,
  type TimelinePage,
  type TimelineQuery,
} from './read-timeline.ts';
import { versionedReply, type VersionedReplyDeps } from './versioned-reply.ts';
import type { Snapshot } from '../../data/read/snapshot.ts';
import type { Tile } from '../../data/model/tile.ts';
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
        const page =
          query.fields === 'all'
            ? writtenPhotos(deps, user, await readTimeline(deps, user, query))
            : writtenTiles(deps, user, await readTiles(deps, user, query));
        const { next, prev, sequence } = page;
        return { sequence, next, prev, text: writePage(page) };
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
        const {
          user: owner,
          months,
          page,
        } = await readDays(deps, user, async (snapshot) => {
          if (preload === undefined) return undefined;
          const first = { limit: preload, order: 'taken' } as const;
          return fields === 'all'
            ? writtenPhotos(deps, user, await photosIn(deps, snapshot, user, first))
            : writtenTiles(deps, user, await tilesIn(deps, snapshot, user, first));
        });
        const { sequence } = owner;
        const days = JSON.stringify({ months, total: totalOf(months), sequence });
        return { sequence, text: page ? `${days.slice(0, -1)},"page":${writePage(page)}}` : days };
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
      admit(owner) {
        if (!isPublic(owner)) throw noSuchTimeline();
      },
      async read() {
        const { user: owner, photos, next, prev } = await readTiles(deps, user, query);
        const { sequence, displayName, handle } = owner;
        const items = strangersItems(deps, user, handle, photos);
        return { sequence, next, prev, text: writePage({ items, next, prev, sequence, displayName }) };
      },
    },
    request,
  ).catch((error: unknown) => {
    throw isAccountErased(error) ? noSuchTimeline() : error;
  });

const noSuchTimeline = () => new AppError('not-found', 'There is no such timeline.');

/** A page whose photos are JSON already. */
interface WrittenPage extends Pick<TimelinePage, 'next' | 'prev'> {
  items: string[];
  sequence: number;
  displayName?: string;
}

const writePage = ({ items, ...rest }: WrittenPage) => `{"items":[${items.join(',')}],${JSON.stringify(rest).slice(1)}`;

function writtenTiles(deps: PageDeps, id: UserId, { user, photos, next, prev }: TimelinePage<Tile>): WrittenPage {
  return { items: ownersItems(deps, id, user.handle, photos), next, prev, sequence: user.sequence };
}

/** Writes the photos themselves: no tile has all that `fields=all` shows. */
function writtenPhotos(deps: PageDeps, id: UserId, { user, photos, next, prev }: TimelinePage): WrittenPage {
  const present = createPresenter(deps, id, user.handle);
  return { items: photos.map((photo) => JSON.stringify(present(photo))), next, prev, sequence: user.sequence };
}

/** The day counts of a timeline and, if requested, its first page, from one snapshot. */
interface ReadDays {
  user: User;
  months: Days['months'];
  page?: WrittenPage | undefined;
}

/**
 * Reads one entity for each year that has photos.
 * @throws AppError account-erased
 */
export async function readDays(
  deps: TimelineDeps,
  id: UserId,
  readPage?: (snapshot: Snapshot) => Promise<WrittenPage | undefined>,
): Promise<ReadDays> {
  const days = await deps.store.snapshot(id, async (snapshot) => {
    const months = monthsOf(await snapshot.years());
    const page = await readPage?.(snapshot);
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
