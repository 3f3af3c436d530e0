import { createHash } from 'node:crypto';
import { z } from 'zod';
import { matchesIfNoneMatch } from '../http/conditional.ts';
import { AppError } from '../http/errors.ts';
import { pageLinks } from '../http/link.ts';
import { defineRoute, type Route } from '../http/route.ts';
import type { UserId } from '../library/ids.ts';
import { createPresenter, type PresentDeps } from '../photos/present.ts';
import { Photo } from '../photos/schemas.ts';
import { Cursor } from '../signing/cursor.ts';
import { mediaWindow } from '../signing/media-token.ts';
import { readTimeline, type TimelineDeps } from './read-timeline.ts';

/** The largest page; a larger wish is lowered to it, so that a client need not know it. */
export const LARGEST_PAGE = 200;

export const PageSize = z.coerce
  .number('must be a whole number')
  .int('must be a whole number')
  .min(1, 'must be at least 1')
  .default(50)
  .transform((limit) => Math.min(limit, LARGEST_PAGE))
  .describe(`Photos on a page: 50 unless told, ${LARGEST_PAGE} at the most.`);

export const TimelineQuery = z.strictObject({
  limit: PageSize,
  cursor: Cursor.optional(),
  order: z.enum(['taken', 'posted']).default('taken').describe('By the time of capture, or by the time of posting.'),
});

export const TimelinePage = z
  .object({
    items: z.array(Photo),
    next: z.string().nullable().describe('Cursor of the next, older page; null at the end.'),
    prev: z.string().nullable().describe('Cursor of the newer page; null at the start.'),
    sequence: z.int().describe('Grows with every change of this timeline: the moment that the page shows.'),
  })
  .meta({ id: 'TimelinePage' });

export const timelineRoutes = (deps: TimelineDeps & PresentDeps): Route[] => [
  defineRoute({
    method: 'get',
    path: '/v1/timeline',
    summary: 'One page of your timeline, newest first.',
    access: 'user',
    query: TimelineQuery,
    replies: { 200: TimelinePage },
    errors: ['cursor-invalid', 'cursor-mismatch'],
    async handle({ query, caller, request }) {
      const headers = { 'Cache-Control': 'private, no-cache' };
      const known = request.get('If-None-Match');
      if (known !== undefined) {
        const etag = pageTag(deps, caller.user, await sequenceOf(deps, caller.user), query);
        if (matchesIfNoneMatch(known, etag)) return { status: 304, etag, headers };
      }
      const page = await readTimeline(deps, caller.user, query);
      return {
        status: 200,
        etag: pageTag(deps, caller.user, page.user.sequence, query),
        headers: { ...headers, ...pageLinks(request, page) },
        body: {
          items: page.photos.map(createPresenter(deps, caller.user, caller.handle)),
          next: page.next,
          prev: page.prev,
          sequence: page.user.sequence,
        },
      };
    },
  }),
];

async function sequenceOf({ store }: TimelineDeps, user: UserId): Promise<number> {
  const found = await store.user(user);
  if (!found) throw new AppError('not-found', 'This account is gone.');
  return found.sequence;
}

/** What a page depends on: the user's sequence, the window in which its URLs are signed, and the query. */
function pageTag(deps: PresentDeps, user: UserId, sequence: number, query: unknown): string {
  const digest = createHash('sha256').update(JSON.stringify(query)).digest('base64url').slice(0, 12);
  return `${sequence}.${mediaWindow(deps.clock, user).toString(36)}.${digest}`;
}
