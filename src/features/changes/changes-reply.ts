import type { Request } from 'express';
import { matchesIfNoneMatch } from '../../http/replies/conditional.ts';
import type { Caller, Reply } from '../../http/route.ts';
import { isErased } from '../../data/rules/erasure.ts';
import { requireUser } from '../../data/read/store.ts';
import type { UserId } from '../../runtime/ids.ts';
import type { Photo, User } from '../../data/model/records.ts';
import { createListPresenter, type PresentDeps } from '../photos/present.ts';
import type { ListedPhoto } from '../photos/schemas.ts';
import { mediaWindow } from '../../signing/media-token.ts';
import { readFeedToken, signFeedToken, type FeedPosition } from './feed-token.ts';
import { readChanges, type ChangesDeps, type ReadChanges } from './read-changes.ts';
import type { Change, ChangesPage } from './schemas.ts';

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
  const read = isUpToDate(position, user)
    ? { user, photos: [], position, more: false }
    : await readChanges(deps, caller.user, position, limit);
  return {
    status: 200,
    etag: feedTag(deps, caller.user, read.user),
    headers,
    body: present(deps, caller, read, fields),
  };
}

const isUpToDate = ({ after }: FeedPosition, { sequence }: User) => after === sequence;

function present(deps: FeedDeps, caller: Caller, { photos, position, more }: ReadChanges, fields?: 'all'): ChangesPage {
  const show = createListPresenter(deps, caller.user, caller.handle, fields);
  return {
    changes: photos.map((photo) => presentChange(photo, show)),
    token: signFeedToken(deps, caller.user, position),
    more,
  };
}

function presentChange(photo: Photo, show: (photo: Photo) => ListedPhoto): Change {
  const change = { sequence: photo.changed, kind: 'photo' } as const;
  if (photo.trashedAt === null) return { ...change, type: 'upsert', photo: show(photo) };
  return {
    ...change,
    type: 'delete',
    id: photo.id,
    reason: isErased(photo) ? (photo.erasedFor ?? 'erased') : 'trashed',
  };
}

/** A page depends on its query, on the user's sequence and feed floor, and on the window in which URLs are signed. */
const feedTag = ({ clock }: PresentDeps, id: UserId, { sequence, feedFloor }: User) =>
  `${sequence}.${feedFloor}.${mediaWindow(clock, id).toString(36)}`;
