import type { Photo, User } from '../../data/model/records.ts';
import { requireUser } from '../../data/read/store.ts';
import type { Caller, Reply } from '../../http/route.ts';
import type { UserId } from '../../runtime/ids.ts';
import { viewsOf } from '../albums/members/view.ts';
import { createAlbumPresenter } from '../albums/present.ts';
import { readFeedToken, signFeedToken } from '../changes/feed-token.ts';
import { readWholeChanges, type ChangesDeps, type ReadChanges } from '../changes/read-changes.ts';
import { createPresenter, type PresentDeps } from '../photos/present.ts';
import { createSharePresenter } from '../shares/present.ts';
import { listShares } from '../shares/read-shares.ts';

export interface ExportDeps extends ChangesDeps, PresentDeps {}

interface ExportPage {
  limit: number;
  token?: string | undefined;
}

/** Raised when a line changes so that a reader of earlier lines would read it wrongly. */
const MANIFEST_VERSION = 1;

/**
 * Replies with one page of the manifest, as newline-delimited JSON.
 * @throws AppError account-erased, cursor-invalid, cursor-mismatch, resync
 */
export async function exportReply(deps: ExportDeps, { user: id, handle }: Caller, page: ExportPage): Promise<Reply> {
  const { limit, token } = page;
  const position = readFeedToken(deps, id, token, await requireUser(deps, id));
  const feed = await readWholeChanges(deps, id, position, limit);
  const lines = [
    ...(token === undefined ? await accountLines(deps, id, feed.user) : []),
    ...(await changeLines(deps, id, handle, feed)),
    { kind: 'end', token: signFeedToken(deps, id, feed.position), more: feed.more },
  ];
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  const headers = { 'Cache-Control': 'private, no-store' };
  return { status: 200, headers, type: 'application/x-ndjson; charset=utf-8', bytes: Buffer.from(text) };
}

/** The account and its shares, without the secrets in the links. */
async function accountLines(deps: ExportDeps, id: UserId, user: User): Promise<object[]> {
  const { handle, displayName, timeZone, visibility, mail } = user;
  const present = createSharePresenter(deps, id);
  const shares = (await listShares(deps, id)).map((share) => {
    const { token: _token, url: _url, ...listed } = present(share);
    return { kind: 'share', share: listed };
  });
  const at = new Date(deps.clock.now()).toISOString();
  const account = { id, handle, displayName, timeZone, visibility, mail };
  return [{ kind: 'account', version: MANIFEST_VERSION, at, account }, ...shares];
}

async function changeLines(
  deps: ExportDeps,
  id: UserId,
  handle: string,
  { changes }: ReadChanges<Photo>,
): Promise<object[]> {
  const presentPhoto = createPresenter(deps, id, handle);
  const presentAlbum = createAlbumPresenter(deps, id);
  const albums = changes.flatMap((change) => ('album' in change && !change.gone ? [change.album] : []));
  const views = new Map((await viewsOf(deps, id, albums)).map((view, at) => [albums[at]?.id, view]));
  return changes.map((change) => {
    const { sequence, gone } = change;
    if ('album' in change) {
      const view = views.get(change.album.id);
      const line = { sequence, kind: 'album' };
      return view
        ? { ...line, type: 'upsert', album: presentAlbum(view) }
        : { ...line, type: 'delete', id: change.album.id, reason: 'deleted' };
    }
    const { shown } = change;
    const line = { sequence, kind: 'photo' };
    if (gone) return { ...line, type: 'delete', id: shown.id, reason: gone };
    return { ...line, type: 'upsert', photo: { ...presentPhoto(shown), ...manifestFields(shown) } };
  });
}

/** What the manifest says of a photo besides what the API shows. */
function manifestFields({ fileSays = {}, crc32c, md5, albums = {} }: Photo) {
  const { takenAt, location } = fileSays;
  return { file: { takenAt, location }, checksums: { crc32c, md5 }, ranks: albums };
}
