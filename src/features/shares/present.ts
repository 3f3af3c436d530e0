import type { UserId } from '../../runtime/ids.ts';
import { shareSigner, shareWindow } from '../../signing/media-token.ts';
import { writeShareToken } from '../../signing/share-token.ts';
import type { z } from 'zod';
import type { Photo } from '../../data/model/records.ts';
import type { Tile } from '../../data/model/tile.ts';
import { createGuestsPresenter, type PresentDeps } from '../photos/present.ts';
import type { GuestPhoto } from '../photos/schemas.ts';
import { guestsPhotos } from '../photos/write-list-items.ts';
import type { OpenedShare } from './read-shares.ts';
import type { Share } from './schemas.ts';
import type { Share as StoredShare } from './share.ts';

/** Turns stored shares of one user into what the API shows their owner. */
export function createSharePresenter({ clock, signingKeys, linkBase }: PresentDeps, user: UserId) {
  return ({ id, shows, createdAt, expiresAt, password, ...share }: StoredShare): Share => {
    const token = writeShareToken(signingKeys, { user, share: id });
    const { title, upload, originals, location, views, revision } = share;
    return {
      id,
      token,
      url: `${linkBase}/s/${token}`,
      ...shows,
      title,
      createdAt: new Date(createdAt).toISOString(),
      expiresAt: new Date(expiresAt).toISOString(),
      isOpen: expiresAt > clock.now(),
      hasPassword: password !== null,
      upload,
      originals,
      location,
      views,
      revision,
    };
  };
}

/** Turns photos of a share into what its guests get. Their URLs carry the share, and live for an hour at the most. */
export function presentToGuests(
  deps: PresentDeps,
  opened: OpenedShare,
  shown: { photos: readonly Photo[] } | { tiles: readonly Tile[] },
): z.infer<typeof GuestPhoto>[] {
  const { name, share, owner } = opened;
  const sign = shareSigner(deps, { ...name, expiresAt: shareWindow(deps.clock) });
  if ('tiles' in shown) return guestsPhotos(deps, owner.handle, sign, shown.tiles);
  const { originals, location } = share;
  return shown.photos.map(createGuestsPresenter(deps, owner.handle, { sign, originals, location }));
}

/** The name that guests read. */
export const ownerName = ({ displayName, handle }: OpenedShare['owner']) => displayName || handle;
