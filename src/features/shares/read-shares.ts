import type { z } from 'zod';
import type { Photo, User } from '../../data/model/records.ts';
import { isSuspended } from '../../data/rules/suspension.ts';
import type { Store } from '../../data/read/store.ts';
import type { Clock } from '../../runtime/clock.ts';
import { AppError } from '../../runtime/errors.ts';
import type { UserId } from '../../runtime/ids.ts';
import type { SigningKeys } from '../../signing/keys.ts';
import { readShareToken, type ShareName } from '../../signing/share-token.ts';
import { isUnlocked } from '../../signing/unlock-token.ts';
import { readAlbum, readOwnAlbumPhotos, readOwnAlbumTiles } from '../albums/read-albums.ts';
import type { PresentDeps } from '../photos/present.ts';
import type { GuestPhoto } from '../photos/schemas.ts';
import { keysetPage, readPosition, type KeysetPage, type KeysetRange } from '../timeline/keyset-page.ts';
import { readTiles, readTimeline } from '../timeline/read-timeline.ts';
import { presentToGuests } from './present.ts';
import { noSuchShare, ShareKind, shareRef, type Share, type SharedThing } from './share.ts';

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
 * Reads one page of the photos of a share as its guests get them: from an index where guests see no more than strangers do.
 * @throws AppError not-found for the share of a deleted album; cursor-invalid, cursor-mismatch
 */
export async function readSharedPhotos(
  deps: ReadSharesDeps & PresentDeps,
  opened: OpenedShare,
  query: PageQuery,
): Promise<KeysetPage<z.infer<typeof GuestPhoto>>> {
  const { name, share } = opened;
  const { shows, originals, location } = share;
  if ('photos' in shows) {
    const { items: photos, ...rest } = await readChosen(deps, name, shows.photos, query);
    return { ...rest, items: presentToGuests(deps, opened, { photos }) };
  }
  if (originals || location) {
    const { photos, next, prev } = await readWhole(deps, name.user, shows, query);
    return { items: presentToGuests(deps, opened, { photos }), next, prev };
  }
  const { tiles, next, prev } = await readListed(deps, name.user, shows, query);
  return { items: presentToGuests(deps, opened, { tiles }), next, prev };
}

type SharedList = Exclude<SharedThing, { photos: unknown }>;

/** Tiles name neither originals nor places. */
async function readWhole(deps: ReadSharesDeps, user: UserId, shows: SharedList, query: PageQuery) {
  if ('timeline' in shows) return readTimeline(deps, user, { ...query, order: 'taken' });
  const { items: photos, next, prev } = await readOwnAlbumPhotos(deps, user, shows.album, query);
  return { photos, next, prev };
}

async function readListed(deps: ReadSharesDeps, user: UserId, shows: SharedList, query: PageQuery) {
  if ('album' in shows) {
    const { items: tiles, next, prev } = await readOwnAlbumTiles(deps, user, shows.album, query);
    return { tiles, next, prev };
  }
  const { photos: tiles, next, prev } = await readTiles(deps, user, { ...query, order: 'taken' });
  return { tiles, next, prev };
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
