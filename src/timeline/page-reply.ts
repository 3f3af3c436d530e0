import type { Request } from 'express';
import { createHash } from 'node:crypto';
import { matchesIfNoneMatch } from '../http/conditional.ts';
import { AppError } from '../http/errors.ts';
import { pageLinks } from '../http/link.ts';
import type { Caller, Reply } from '../http/route.ts';
import type { UserId } from '../library/ids.ts';
import { createPresenter, type PresentDeps } from '../photos/present.ts';
import { mediaWindow } from '../signing/media-token.ts';
import { readTimeline, type TimelineDeps, type TimelineQuery } from './read-timeline.ts';

export interface PageDeps extends TimelineDeps, PresentDeps {}

/** One page of the caller's own photos, or 304 after a single lookup. Throws what `readTimeline` throws. */
export async function pageReply(
  deps: PageDeps,
  caller: Caller,
  query: TimelineQuery,
  request: Request,
): Promise<Reply> {
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
}

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
