import type { UserId } from '../../runtime/ids.ts';
import { mediaWindow } from '../../signing/media-token.ts';
import { coverUrls, createCoverUrls, type PresentDeps } from '../photos/present.ts';
import type { Album as StoredAlbum } from './album.ts';
import { albumUser } from './members/present.ts';
import { memberSignerOf } from './members/member-urls.ts';
import type { AlbumView, Together } from './members/view.ts';
import type { Album } from './schemas.ts';

/** Turns albums as one user sees them into what the API shows that user. */
export function createAlbumPresenter(deps: PresentDeps, user: UserId): (view: AlbumView) => Album {
  const urlsOf = createCoverUrls(deps, user);
  return ({ own, album, role, together }) => {
    const { id, createdAt, revision, originals = false } = own;
    const { title, description, order, members = 0 } = album;
    const shown = together ? summed(together.parts) : album;
    const { cover } = shown;
    return {
      id,
      title,
      description,
      order,
      count: shown.count,
      from: shown.from,
      to: shown.to,
      cover,
      coverUrls:
        cover === null
          ? null
          : shown.user === user || !together
            ? urlsOf(cover)
            : coverUrls(deps, cover, memberSignerOf(deps, user, own)(shown.user)(cover)),
      createdAt: new Date(createdAt).toISOString(),
      role,
      owner: role === 'owner' || !together ? null : userOf(together),
      members,
      originals,
      revision,
    };
  };
}

const userOf = ({ host, owner }: Together) => albumUser(host, owner);

/** What all parts have together. The cover is that of the first part which has one: the owner's before all others. */
function summed(parts: readonly StoredAlbum[]): Pick<StoredAlbum, 'count' | 'from' | 'to' | 'cover' | 'user'> {
  const days = (end: 'from' | 'to') => parts.flatMap((part) => part[end] ?? []).toSorted();
  const covered = parts.find(({ cover }) => cover !== null) ?? parts[0]!;
  return {
    count: parts.reduce((count, part) => count + part.count, 0),
    from: days('from')[0] ?? null,
    to: days('to').at(-1) ?? null,
    cover: covered.cover,
    user: covered.user,
  };
}

/** Strong validator of an album that is not shared: revision first, for `If-Match`; then all else that its reply depends on. */
export const albumTag = ({ clock }: PresentDeps, { revision, changed, user }: StoredAlbum): string =>
  `${revision}.${changed.toString(36)}.${mediaWindow(clock, user).toString(36)}`;
