import type { Photo as StoredPhoto } from '../../data/model/records.ts';
import type { Tile } from '../../data/model/tile.ts';
import type { UserId } from '../../runtime/ids.ts';
import { createGuestsPresenter, createPresenter, type PresentDeps } from '../photos/present.ts';
import type { Photo } from '../photos/schemas.ts';
import { membersItems, ownersItems } from '../photos/write-list-items.ts';
import type { Album } from './album.ts';
import { memberSignerOf } from './members/member-urls.ts';
import type { AlbumItem } from './read-albums.ts';
import type { MemberPhoto } from './schemas.ts';

/** The album as the viewer has it, and photos of it. */
interface ShownAlbum<Shown> {
  album: Album;
  items: readonly AlbumItem<Shown>[];
}

/** Writes photos of an album for one viewer, each as JSON: the viewer's own as their owner sees them, the others leaner. */
export function writeAlbumItems(deps: PresentDeps, viewer: UserId, { album, items }: ShownAlbum<Tile>): string[] {
  const signerOf = memberSignerOf(deps, viewer, album);
  const written = new Map<UserId, ArrayIterator<string>>();
  for (const [user, theirs] of Map.groupBy(items, ({ by }) => by.id)) {
    const owner = theirs[0]?.by.handle ?? '';
    const tiles = theirs.map(({ shown }) => shown);
    const texts =
      user === viewer
        ? ownersItems(deps, user, owner, tiles)
        : membersItems(deps, { user, owner, sign: signerOf(user) }, tiles);
    written.set(user, texts.values());
  }
  return items.map(({ by }) => written.get(by.id)?.next().value ?? '');
}

/** Presents photos of an album for one viewer, with all fields that the viewer may see. */
export function presentAlbumItems(
  deps: PresentDeps,
  viewer: UserId,
  { album, items }: ShownAlbum<StoredPhoto>,
): (Photo | MemberPhoto)[] {
  const signerOf = memberSignerOf(deps, viewer, album);
  return items.map(({ by: { id, handle }, shown }) => {
    if (id === viewer) return createPresenter(deps, id, handle)(shown);
    const variants = signerOf(id);
    const sign = (photo: StoredPhoto['id']) => ({ variants: variants(photo), original: '' });
    const present = createGuestsPresenter(deps, handle, { sign, originals: false, location: false });
    return { ...present(shown), member: id };
  });
}
