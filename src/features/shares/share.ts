import type { EntityRef } from '../../data/model/entity-refs.ts';
import { userRef } from '../../data/model/entity-refs.ts';
import { packedKind } from '../../data/model/kind.ts';
import type { Change } from '../../data/rules/change.ts';
import { AppError } from '../../runtime/errors.ts';
import type { AlbumId, PhotoId, ShareId } from '../../runtime/ids.ts';
import { DAY_MS } from '../../runtime/durations.ts';

/** What a share shows: some photos in their order, an album, or the timeline. */
export type SharedThing = { photos: PhotoId[] } | { album: AlbumId } | { timeline: true };

/** A share as it is stored. Times are milliseconds since the Unix epoch. */
export interface Share {
  id: ShareId;
  shows: SharedThing;
  title: string;
  createdAt: number;
  expiresAt: number;
  /** Salt and scrypt hash of the password, in base64url; null without one. */
  password: string | null;
  /** Whether guests may upload photos. */
  upload: boolean;
  /** Whether guests see originals. These files may contain place and camera. */
  originals: boolean;
  /** Whether guests see where photos were taken. */
  location: boolean;
  /** How often guests have opened it, up to the last minute. */
  views: number;
  /** Raised by the owner's edits; what `If-Match` compares. */
  revision: number;
}

/** Shares of one account at the most. */
export const MOST_SHARES = 200;

/** Photos that one share may name. */
export const MOST_SHARED_PHOTOS = 200;

/** How long a share lives unless its owner says otherwise, and at the most, in milliseconds. */
export const SHARE_LIFE_MS = { usual: 30 * DAY_MS, atMost: 366 * DAY_MS };

export const ShareKind = packedKind<Share>('Share', {
  version: 1,
  fields: {
    id: 'string',
    shows: 'object',
    title: 'string',
    createdAt: 'number',
    expiresAt: 'number',
    password: 'string|null',
    upload: 'boolean',
    originals: 'boolean',
    location: 'boolean',
    views: 'number',
    revision: 'number',
  },
});

export const shareRef = (id: ShareId): EntityRef<Share> => ({ kind: ShareKind, name: id });

/** The share that a change is about. @throws AppError not-found */
export async function requireShare({ entities }: Change, id: ShareId): Promise<Share> {
  const share = await entities.read(shareRef(id));
  if (!share) throw noSuchShare();
  return share;
}

export const noSuchShare = () => new AppError('not-found', 'There is no such share.');

/** Counts the shares of an account. @throws AppError too-many-shares */
export async function changeNumber({ account, entities }: Change, by: 1 | -1): Promise<void> {
  const owner = await account.read();
  const shares = (owner.shares ?? 0) + by;
  if (by > 0 && shares > MOST_SHARES) throw tooMany();
  entities.write(userRef, { ...owner, shares });
}

const tooMany = () =>
  new AppError('too-many-shares', `An account may have ${MOST_SHARES} shares. Delete some first.`, {
    extra: { maxShares: MOST_SHARES },
  });
