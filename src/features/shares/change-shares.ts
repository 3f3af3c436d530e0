import { parseIfMatch } from '../../http/replies/conditional.ts';
import { commitOnce } from '../../data/commit/idempotency.ts';
import type { Library } from '../../data/commit/group-commit.ts';
import { photoRef } from '../../data/model/entity-refs.ts';
import type { Store } from '../../data/read/store.ts';
import type { Change } from '../../data/rules/change.ts';
import type { Clock } from '../../runtime/clock.ts';
import { definedFields } from '../../runtime/defined-fields.ts';
import { AppError } from '../../runtime/errors.ts';
import { newShareId, type ShareId, type UserId } from '../../runtime/ids.ts';
import { albumRef, requireOwnAlbum } from '../albums/album.ts';
import { hashPassword } from './password.ts';
import type { NewShare, ShareEdit } from './schemas.ts';
import {
  changeNumber,
  requireShare,
  SHARE_LIFE_MS,
  ShareKind,
  shareRef,
  type Share,
  type SharedThing,
} from './share.ts';

export interface ChangeShareDeps {
  library: Library;
  store: Store;
  clock: Clock;
  /** Forgets what this instance keeps of a share. */
  shareGrants: { forget(user: UserId, share: ShareId): void };
}

/**
 * Makes a share of photos, an album or the timeline of a user.
 * @throws AppError not-found for an album of no such user; role-missing for that of another user; invalid-request for photos that are not there, or a time that is
 *   past or too far; too-many-shares, idempotency-mismatch; not-found to a key whose share was deleted since
 */
export async function createShare(
  { library, clock, store }: ChangeShareDeps,
  user: UserId,
  wanted: NewShare,
  idempotencyKey?: string,
): Promise<{ share: Share; replayed: boolean }> {
  const { photos, album, timeline: _timeline, password, expiresAt, ...plain } = wanted;
  const shows: SharedThing = photos ? { photos: [...new Set(photos)] } : album ? { album } : { timeline: true };
  const ends = endOf(clock, expiresAt);
  const hash = password === undefined ? null : await hashPassword(password);
  const make = (replaced?: ShareId) =>
    commitOnce(library, user, {
      key: idempotencyKey,
      content: ['share', shows, plain, expiresAt ?? null, password !== undefined],
      reads: [...(album ? [albumRef(album)] : (photos ?? []).map(photoRef)), ...(replaced ? [shareRef(replaced)] : [])],
      async run(change) {
        await requireThing(change, shows);
        if (replaced && (await isExpired(change, replaced))) await removeShare(change, replaced);
        await changeNumber(change, 1);
        const fresh = { createdAt: change.now, expiresAt: ends, password: hash, views: 0, revision: 1 };
        const share: Share = { ...plain, ...fresh, id: newShareId(), shows };
        change.entities.write(shareRef(share.id), share);
        return share;
      },
      recordOf: ({ id }): ShareId => id,
      replay: requireShare,
    });
  const { result, replayed } = await make().catch(async (error: unknown) => {
    const isFull = error instanceof AppError && error.code === 'too-many-shares';
    const replaced = isFull ? await firstExpired(store, user, clock.now()) : undefined;
    if (!replaced) throw error;
    return make(replaced);
  });
  return { share: result, replayed };
}

/** The share that has expired first. */
async function firstExpired(store: Store, user: UserId, now: number): Promise<ShareId | undefined> {
  const expired = (await store.entities(user, ShareKind)).filter(({ expiresAt }) => expiresAt <= now);
  return expired.toSorted((a, b) => a.expiresAt - b.expiresAt)[0]?.id;
}

/** Its owner may have moved its end meanwhile, or have revoked it. */
async function isExpired({ entities, now }: Change, id: ShareId): Promise<boolean> {
  const share = await entities.read(shareRef(id));
  return share !== undefined && share.expiresAt <= now;
}

async function requireThing(change: Change, shows: SharedThing): Promise<void> {
  if ('album' in shows) return void (await requireOwnAlbum(change, shows.album));
  if (!('photos' in shows)) return;
  const found = await change.photos.getMany(shows.photos);
  const shown = new Set(found.filter(({ trashedAt }) => trashedAt === null).map(({ id }) => id));
  const missing = shows.photos.findIndex((id) => !shown.has(id));
  if (missing >= 0) throw invalid(`/photos/${missing}`, 'is no photo of yours, or is in the trash');
}

function endOf(clock: Clock, text: string | undefined): number {
  const now = clock.now();
  const end = text === undefined ? now + SHARE_LIFE_MS.usual : Date.parse(text);
  if (end <= now) throw invalid('/expiresAt', 'is past');
  if (end > now + SHARE_LIFE_MS.atMost) throw invalid('/expiresAt', 'is more than 366 days from now');
  return end;
}

const invalid = (pointer: string, message: string) =>
  new AppError('invalid-request', `${pointer}: ${message}.`, { errors: [{ pointer, code: 'invalid', message }] });

/**
 * Changes a share. What it shows stays.
 * @throws AppError not-found, precondition-failed, invalid-request
 */
export async function editShare(
  { library, clock, shareGrants }: ChangeShareDeps,
  user: UserId,
  { id, ifMatch, show }: { id: ShareId; ifMatch: string | undefined; show(share: Share): unknown },
  { password, expiresAt, ...plain }: ShareEdit,
): Promise<Share> {
  const matches = parseIfMatch(ifMatch);
  const hash = typeof password === 'string' ? await hashPassword(password) : password;
  const end = expiresAt === undefined ? undefined : endOf(clock, expiresAt);
  const edited = await library.commit(
    user,
    async (change) => {
      const before = await requireShare(change, id);
      if (!matches(before.revision)) throw changedSince(before, show);
      const edit = definedFields({ ...plain, expiresAt: end, password: hash });
      const after: Share = { ...before, ...edit, revision: before.revision + 1 };
      change.entities.write(shareRef(id), after);
      return after;
    },
    [shareRef(id)],
  );
  shareGrants.forget(user, id);
  return edited;
}

const changedSince = (share: Share, show: (share: Share) => unknown) =>
  new AppError('precondition-failed', 'The share was edited since you read it. See `current`, and send its ETag.', {
    extra: { current: show(share) },
    headers: { ETag: `"${share.revision}.${share.views}"` },
  });

/**
 * Deletes a share. Guests find nothing in their next request; pictures that they were given URLs of stay for a minute.
 * @throws AppError not-found
 */
export async function deleteShare({ library, shareGrants }: ChangeShareDeps, user: UserId, id: ShareId): Promise<void> {
  await library.commit(user, (change) => removeShare(change, id), [shareRef(id)]);
  shareGrants.forget(user, id);
}

/** @throws AppError not-found */
export async function removeShare(change: Change, id: ShareId): Promise<void> {
  await requireShare(change, id);
  await changeNumber(change, -1);
  change.entities.write(shareRef(id), undefined);
}
