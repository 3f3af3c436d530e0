import type { Request } from 'express';
import { matchesIfNoneMatch } from '../../http/replies/conditional.ts';
import type { Caller, Reply } from '../../http/route.ts';
import { requireUser } from '../../data/read/store.ts';
import type { UserId } from '../../runtime/ids.ts';
import type { User } from '../../data/model/records.ts';
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
    return {
      ...whole,
      written: whole.changes.map(writer(deps, id, (photo) => JSON.stringify(present(photo)))),
    };
  }
  const lean = await readChanges(deps, id, position, limit);
  const there = lean.changes.flatMap((change) => ('shown' in change && !change.gone ? [change.shown] : []));
  const items = ownersItems(deps, id, handle, there).values();
  return { ...lean, written: lean.changes.map(writer(deps, id, () => items.next().value ?? '')) };
}

/** Makes the function that writes a change. `write` writes a photo that is there, and is called in the order of the feed. */
function writer<Shown extends { id: string }>(deps: FeedDeps, user: UserId, write: (photo: Shown) => string) {
  const present = createAlbumPresenter(deps, user);
  return (change: ReadChanges<Shown>['changes'][number]): string => {
    const { sequence, gone } = change;
    const [kind, { id }] = 'album' in change ? ['album', change.album] : ['photo', change.shown];
    const head = `{"sequence":${sequence},"kind":"${kind}"`;
    if (gone !== undefined) return `${head},"type":"delete","id":"${id}","reason":"${gone}"}`;
    const shown = 'album' in change ? JSON.stringify(present(change.album)) : write(change.shown);
    return `${head},"type":"upsert","${kind}":${shown}}`;
  };
}

/** A page depends on its query, on the user's sequence and feed floor, and on the window in which URLs are signed. */
const feedTag = ({ clock }: PresentDeps, id: UserId, { sequence, feedFloor }: User) =>
  `${sequence}.${feedFloor}.${mediaWindow(clock, id).toString(36)}`;
