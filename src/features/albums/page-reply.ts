import type { Request } from 'express';
import type { Reply } from '../../http/route.ts';
import type { AlbumId, UserId } from '../../runtime/ids.ts';
import { createPresenter } from '../photos/present.ts';
import { ownersItems } from '../photos/write-list-items.ts';
import { versionedReply, type VersionedReplyDeps } from '../timeline/versioned-reply.ts';
import { createAlbumPresenter } from './present.ts';
import { readAlbumPhotos, readAlbums, readAlbumTiles, type ReadAlbumsDeps } from './read-albums.ts';

export interface AlbumPageDeps extends ReadAlbumsDeps, VersionedReplyDeps {}

interface PageQuery {
  limit: number;
  cursor?: string | undefined;
  fields?: 'all' | undefined;
}

/**
 * Replies with one page of the caller's albums.
 * @throws AppError like `readAlbums`
 */
export const albumsReply = (deps: AlbumPageDeps, user: UserId, query: PageQuery, request: Request): Promise<Reply> =>
  versionedReply(
    deps,
    {
      user,
      query: ['albums', query],
      async read() {
        const { user: owner, items, next, prev } = await readAlbums(deps, user, query);
        const { sequence } = owner;
        const shown = items.map(createAlbumPresenter(deps, user));
        return { sequence, next, prev, text: JSON.stringify({ items: shown, next, prev, sequence }) };
      },
    },
    request,
  );

/**
 * Replies with one page of the photos of the caller's album.
 * @throws AppError like `readAlbumTiles`
 */
export const albumPhotosReply = (
  deps: AlbumPageDeps,
  user: UserId,
  album: AlbumId,
  query: PageQuery,
  request: Request,
): Promise<Reply> =>
  versionedReply(
    deps,
    {
      user,
      query: ['album', album, query],
      async read() {
        const { items, next, prev, sequence } = await writtenPage(deps, user, album, query);
        const rest = JSON.stringify({ next, prev, sequence });
        return { sequence, next, prev, text: `{"items":[${items.join(',')}],${rest.slice(1)}` };
      },
    },
    request,
  );

/** A page whose photos are JSON already. */
async function writtenPage(deps: AlbumPageDeps, id: UserId, album: AlbumId, query: PageQuery) {
  if (query.fields === 'all') {
    const { user, items, ...rest } = await readAlbumPhotos(deps, id, album, query);
    const present = createPresenter(deps, id, user.handle);
    return { ...rest, sequence: user.sequence, items: items.map((photo) => JSON.stringify(present(photo))) };
  }
  const { user, items, ...rest } = await readAlbumTiles(deps, id, album, query);
  return { ...rest, sequence: user.sequence, items: ownersItems(deps, id, user.handle, items) };
}
