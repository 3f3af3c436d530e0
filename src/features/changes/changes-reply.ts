import type { Request } from 'express';
import { matchesIfNoneMatch } from '../../http/replies/conditional.ts';
import type { Caller, Reply } from '../../http/route.ts';
import { requireUser } from '../../data/read/store.ts';
import type { AlbumId, UserId } from '../../runtime/ids.ts';
import type { User } from '../../data/model/records.ts';
import { viewsOf, type AlbumView } from '../albums/members/view.ts';
import { createAlbumPresenter } from '../albums/present.ts';
import { createPresenter, type PresentDeps } from '../photos/present.ts';
import { ownersItems } from '../photos/write-list-items.ts';
import { mediaWindow } from '../../signing/media-token.ts';
import { readFeedToken, signFeedToken, type FeedPosition } from './feed-token.ts';
import { readChanges, readWholeChanges, type ChangesDeps, type ReadChanges } from './read-changes.ts';

export interface FeedDeps extends ChangesDeps, PresentDeps {}

interface FeedQuery {
  token?: string | undefined;
  limit: number;
  fields?: 'all' | undefined;
}

/**
 * Replies with one page of the caller's feed. Without a new change it costs one lookup, and replies with 304 or a page
 * without changes.
 * @throws AppError like `readFeedToken` and `readChanges`
 */
export async function changesReply(
  deps: FeedDeps,
  caller: Caller,
  { token, limit, fields }: FeedQuery,
  request: Request,
): Promise<Reply> {
  const user = await requireUser(deps, caller.user);
  const position = readFeedToken(deps, caller.user, token, user);
  const headers = { 'Cache-Control': 'private, no-cache' };
  const etag = feedTag(deps, caller.user, user);
  if (matchesIfNoneMatch(request.get('If-None-Match'), etag)) return { status: 304, etag, headers };
  const page = isUpToDate(position, user)
    ? { user, written: [], position, more: false }
    : await readWritten(deps, caller, position, limit, fields);
  const { written, more } = page;
  const rest = JSON.stringify({ token: signFeedToken(deps, caller.user, page.position), more });
  const bytes = Buffer.from(`{"changes":[${written.join(',')}],${rest.slice(1)}`);
  const type = 'application/json; charset=utf-8';
  return { status: 200, etag: feedTag(deps, caller.user, page.user), headers, type, bytes };
}

const isUpToDate = ({ after }: FeedPosition, { sequence }: User) => after === sequence;

/** Reads a part of the feed. Each of its changes is JSON already. */
async function readWritten(
  deps: FeedDeps,
  { user: id, handle }: Caller,
  position: FeedPosition,
  limit: number,
  fields: 'all' | undefined,
) {
  if (fields === 'all') {
    const present = createPresenter(deps, id, handle);
    const whole = await readWholeChanges(deps, id, position, limit);
    const views = await viewsInFeed(deps, id, whole);
    return {
      ...whole,
      written: whole.changes.map(writer(deps, id, views, (photo) => JSON.stringify(present(photo)))),
    };
  }
  const lean = await readChanges(deps, id, position, limit);
  const there = lean.changes.flatMap((change) => ('shown' in change && !change.gone ? [change.shown] : []));
  const items = ownersItems(deps, id, handle, there).values();
  const views = await viewsInFeed(deps, id, lean);
  return { ...lean, written: lean.changes.map(writer(deps, id, views, () => items.next().value ?? '')) };
}

/** By their ids, the albums of a part of the feed as the user sees them. Shared ones need more than the feed has. */
async function viewsInFeed<Shown>(deps: FeedDeps, user: UserId, { changes }: ReadChanges<Shown>) {
  const albums = changes.flatMap((change) => ('album' in change && !change.gone ? [change.album] : []));
  const views = await viewsOf(deps, user, albums);
  return new Map(albums.map(({ id }, at) => [id, views[at]]));
}

/** Makes the function that writes a change. `write` writes a photo that is there, and is called in the order of the feed. */
function writer<Shown extends { id: string }>(
  deps: FeedDeps,
  user: UserId,
  views: ReadonlyMap<AlbumId, AlbumView | undefined>,
  write: (photo: Shown) => string,
) {
  const present = createAlbumPresenter(deps, user);
  return (change: ReadChanges<Shown>['changes'][number]): string => {
    const { sequence, gone } = change;
    if ('album' in change) {
      const view = views.get(change.album.id);
      // The user was removed from the album, and a task is about to say so.
      const reason = gone ?? (view ? undefined : 'deleted');
      return written({ sequence, kind: 'album', id: change.album.id, reason }, () => JSON.stringify(present(view!)));
    }
    return written({ sequence, kind: 'photo', id: change.shown.id, reason: gone }, () => write(change.shown));
  };
}

function written(
  { sequence, kind, id, reason }: { sequence: number; kind: string; id: string; reason: string | undefined },
  write: () => string,
): string {
  const head = `{"sequence":${sequence},"kind":"${kind}"`;
  if (reason !== undefined) return `${head},"type":"delete","id":"${id}","reason":"${reason}"}`;
  return `${head},"type":"upsert","${kind}":${write()}}`;
}

/** A page depends on its query, on the user's sequence and feed floor, and on the window in which URLs are signed. */
const feedTag = ({ clock }: PresentDeps, id: UserId, { sequence, feedFloor }: User) =>
  `${sequence}.${feedFloor}.${mediaWindow(clock, id).toString(36)}`;
