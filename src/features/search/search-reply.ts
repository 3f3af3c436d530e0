import type { Request } from 'express';
import { wordIndexingOf } from '../../data/model/word-indexing.ts';
import { tileOf } from '../../data/model/tile.ts';
import type { Reply } from '../../http/route.ts';
import type { UserId } from '../../runtime/ids.ts';
import { createPresenter } from '../photos/present.ts';
import { ownersItems } from '../photos/write-list-items.ts';
import { versionedReply, type VersionedReplyDeps } from '../timeline/versioned-reply.ts';
import { readTagCounts } from './read-tags.ts';
import { readSearch, type SearchDeps, type SearchQuery } from './read-search.ts';

export interface SearchReplyDeps extends SearchDeps, VersionedReplyDeps {}

/** Replies with the caller's tags, those of most photos first. */
export const tagsReply = (deps: SearchReplyDeps, user: UserId, request: Request): Promise<Reply> =>
  versionedReply(
    deps,
    {
      user,
      query: ['tags'],
      async read() {
        const { user: owner, tags: items } = await readTagCounts(deps, user);
        const { sequence } = owner;
        return { sequence, text: JSON.stringify({ items, sequence }) };
      },
    },
    request,
  );

/**
 * Replies with one page of the caller's photos that a search finds.
 * @throws AppError like `readSearch`
 */
export const searchReply = (
  deps: SearchReplyDeps,
  user: UserId,
  query: SearchQuery & { fields?: 'all' | undefined },
  request: Request,
): Promise<Reply> =>
  versionedReply(
    deps,
    {
      user,
      query: ['search', query],
      async read() {
        const { fields, ...searched } = query;
        const { user: owner, photos, next, prev } = await readSearch(deps, user, searched);
        const present = createPresenter(deps, user, owner.handle);
        const items =
          fields === 'all'
            ? photos.map((photo) => JSON.stringify(present(photo)))
            : ownersItems(deps, user, owner.handle, photos.map(tileOf));
        const { sequence } = owner;
        const rest = JSON.stringify({ next, prev, complete: wordIndexingOf(owner).complete, sequence });
        return { sequence, next, prev, text: `{"items":[${items.join(',')}],${rest.slice(1)}` };
      },
    },
    request,
  );
