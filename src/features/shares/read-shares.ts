import type { Photo, User } from '../../data/model/records.ts';
import { isSuspended } from '../../data/rules/suspension.ts';
import type { Store } from '../../data/read/store.ts';
import type { Clock } from '../../runtime/clock.ts';
import { AppError } from '../../runtime/errors.ts';
import type { UserId } from '../../runtime/ids.ts';
import type { SigningKeys } from '../../signing/keys.ts';
import { readShareToken, type ShareName } from '../../signing/share-token.ts';
import { isUnlocked } from '../../signing/unlock-token.ts';
import { readAlbum, readAlbumPhotos } from '../albums/read-albums.ts';
import { keysetPage, readPosition, type KeysetPage, type KeysetRange } from '../timeline/keyset-page.ts';
import { readTimeline } from '../timeline/read-timeline.ts';
import { noSuchShare, ShareKind, shareRef, type Share } from './share.ts';

export interface ReadSharesDeps {
  store: Store;
  signingKeys: SigningKeys;
  clock: Clock;
}

/** The shares of a user, the one that was made last first. */
export const listShares = async ({ store }: Pick<ReadSharesDeps, 'store'>, user: UserId): Promise<Share[]> =>
  (await store.entities(user, ShareKind)).toSorted(newestFirst);

const newestFirst = (a: Share, b: Share) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1);

/** A share that a guest has opened, with its owner. */
export interface OpenedShare {
  name: ShareName;
  share: Share;
  owner: User;
}

/**
 * Opens a share for a guest. A token that is no good costs no lookup, all others one of two keys.
 * @throws AppError not-found; gone once it has expired; share-locked without the password
 */
export async function openShare(deps: ReadSharesDeps, token: string, unlock: string | undefined): Promise<OpenedShare> {
  const opened = await findShare(deps, token);
  const { name, share } = opened;
  const passwordHash = share.password;
  const { signingKeys, clock } = deps;
  if (passwordHash === null) return opened;
  if (unlock !== undefined && isUnlocked(signingKeys, name, { passwordHash, token: unlock, now: clock.now() }))
    return opened;
  throw new AppError('share-locked', 'This share has a password. Send it to POST …/unlock.', {
    headers: { 'WWW-Authenticate': 'Share-Password' },
  });
}

/**
 * The share of a token, locked or not.
 * @throws AppError not-found, also while its owner is suspended; gone once it has expired
 */
export async function findShare({ store, signingKeys, clock }: ReadSharesDeps, token: string): Promise<OpenedShare> {
  const name = readShareToken(signingKeys, token);
  if (!name) throw noSuchShare();
  const [owner, share] = await Promise.all([store.user(name.user), store.entity(name.user, shareRef(name.share))]);
  if (!owner || isSuspended(owner) || !share) throw noSuchShare();
  if (share.expiresAt <= clock.now()) throw new AppError('gone', 'This share has expired. Ask its owner for another.');
  return { name, share, owner };
}

/** What a share is called, and how many photos it has, if that is known without a look at them. */
export async function describeShare(
  deps: ReadSharesDeps,
  { name, share }: OpenedShare,
): Promise<{ title: string; count: number | null }> {
  const { shows, title } = share;
  if ('photos' in shows) return { title, count: shows.photos.length };
  if ('timeline' in shows) return { title, count: null };
  const album = await readAlbum(deps, name.user, shows.album);
  return { title: title || album.title, count: album.count };
}

interface PageQuery {
  limit: number;
  cursor?: string | undefined;
}

/**
 * Reads one page of the photos of a share.
 * @throws AppError not-found for the share of a deleted album; cursor-invalid, cursor-mismatch
 */
export async function readSharedPhotos(
  deps: ReadSharesDeps,
  { name, share }: OpenedShare,
  query: PageQuery,
): Promise<KeysetPage<Photo>> {
  const { shows } = share;
  if ('photos' in shows) return readChosen(deps, name, shows.photos, query);
  if ('album' in shows) return readAlbumPhotos(deps, name.user, shows.album, query);
  const { photos: items, next, prev } = await readTimeline(deps, name.user, { ...query, order: 'taken' });
  return { items, next, prev };
}

/** A position is the number of a photo among those that the owner has chosen. */
const placeOf = (at: number) => String(at).padStart(3, '0');

/** Photos in the trash are left out, so that a page may have fewer photos than the others. */
async function readChosen(
  deps: ReadSharesDeps,
  { user, share }: ShareName,
  ids: readonly Photo['id'][],
  { limit, cursor }: PageQuery,
): Promise<KeysetPage<Photo>> {
  const scope = { user, order: 'shared', filter: { share } };
  const start = cursor === undefined ? undefined : readPosition(deps, scope, cursor);
  const places = ids.map((id, at) => ({ id, position: placeOf(at) }));
  const page = await keysetPage(deps, { scope, start, limit }, async (range) => partOf(places, range));
  const found = new Map(
    (
      await deps.store.photos(
        user,
        page.items.map(({ id }) => id),
      )
    ).map((photo) => [photo.id, photo]),
  );
  const items = page.items.flatMap(({ id }) => found.get(id) ?? []).filter(({ trashedAt }) => trashedAt === null);
  return { ...page, items };
}

/** The chosen order begins with the smallest position. */
function partOf<T extends { position: string }>(places: readonly T[], range: KeysetRange): T[] {
  const { from, including = false, towards, limit } = range;
  const ordered = towards === 'older' ? places : places.toReversed();
  const isBeyond = ({ position }: T) =>
    from === undefined || (towards === 'older' ? position > from : position < from) || (including && position === from);
  return ordered.filter(isBeyond).slice(0, limit);
}
