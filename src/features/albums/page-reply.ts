import type { Request } from 'express';
import type { Reply } from '../../http/route.ts';
import type { AlbumId, UserId } from '../../runtime/ids.ts';
import { shareWindow } from '../../signing/media-token.ts';
import { versionedReply, type VersionedReplyDeps } from '../timeline/versioned-reply.ts';
import { isShared } from './album.ts';
import { viewsOf } from './members/view.ts';
import { createAlbumPresenter } from './present.ts';
import { presentAlbumItems, writeAlbumItems } from './present-items.ts';
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
        const views = await viewsOf(deps, user, items);
        const shown = views.flatMap((view) => view ?? []).map(createAlbumPresenter(deps, user));
        const text = JSON.stringify({ items: shown, next, prev, sequence });
        return { sequence, next, prev, text, dependsOn: items.some(isShared) ? text : undefined };
      },
    },
    request,
  );

/**
 * Replies with one page of the photos of an album that the caller sees.
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
        const { items, next, prev, sequence, version } = await writtenPage(deps, user, album, query);
        const rest = JSON.stringify({ next, prev, sequence });
        const text = `{"items":[${items.join(',')}],${rest.slice(1)}`;
        const dependsOn = version === undefined ? undefined : `${version} ${shareWindow(deps.clock)}`;
        return { sequence, next, prev, text, dependsOn };
      },
    },
    request,
  );

/** A page whose photos are JSON already. */
async function writtenPage(deps: AlbumPageDeps, id: UserId, album: AlbumId, query: PageQuery) {
  if (query.fields === 'all') {
    const page = await readAlbumPhotos(deps, id, album, query);
    const items = presentAlbumItems(deps, id, page).map((photo) => JSON.stringify(photo));
    return { ...page, sequence: page.user.sequence, items };
  }
  const page = await readAlbumTiles(deps, id, album, query);
  return { ...page, sequence: page.user.sequence, items: writeAlbumItems(deps, id, page) };
}
