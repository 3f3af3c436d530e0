import type { UserId } from '../../runtime/ids.ts';
import { mediaWindow } from '../../signing/media-token.ts';
import { createCoverUrls, type PresentDeps } from '../photos/present.ts';
import type { Album as StoredAlbum } from './album.ts';
import type { Album } from './schemas.ts';

/** Turns stored albums of one user into what the API shows their owner. */
export function createAlbumPresenter(deps: PresentDeps, user: UserId): (album: StoredAlbum) => Album {
  const urlsOf = createCoverUrls(deps, user);
  return ({ id, title, description, order, count, from, to, cover, createdAt, revision }) => ({
    id,
    title,
    description,
    order,
    count,
    from,
    to,
    cover,
    coverUrls: cover === null ? null : urlsOf(cover),
    createdAt: new Date(createdAt).toISOString(),
    revision,
  });
}

/** Strong validator of one album: revision first, for `If-Match`; then all else that its reply depends on. */
export const albumTag = ({ clock }: PresentDeps, { revision, changed, user }: StoredAlbum): string =>
  `${revision}.${changed.toString(36)}.${mediaWindow(clock, user).toString(36)}`;
