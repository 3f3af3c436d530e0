import { z } from 'zod';
import { defineSweep, type SweepDeps, type SweepPayload } from '../../background/define-sweep.ts';
import type { Library } from '../../data/commit/group-commit.ts';
import { photoRef } from '../../data/model/entity-refs.ts';
import type { JobRef } from '../../data/model/job-ref.ts';
import type { Change } from '../../data/rules/change.ts';
import type { Store } from '../../data/read/store.ts';
import type { AlbumId, PhotoId } from '../../runtime/ids.ts';
import { albumRef, albumYearRef, isDeleted } from './album.ts';
import { withoutAlbum } from './change-photos.ts';
import { AlbumIdParam } from './schemas.ts';

/** Photos in one transaction, and in one task. */
const PHOTOS_PER_COMMIT = 25;
const PHOTOS_PER_STEP = 500;

interface EmptyAlbumDeps extends SweepDeps {
  store: Store;
  library: Library;
}

const State = z.object({
  album: AlbumIdParam,
  /** The years in which it had photos: their counts are deleted. */
  years: z.array(z.string()),
  /** Photos that no longer name it. */
  emptied: z.int(),
});

export const emptyAlbumRef: JobRef<SweepPayload<z.infer<typeof State>>> = { name: 'empty-album' };

/** Takes all photos out of an album that its user has deleted or left, those in the trash among them. */
export const emptyAlbum = defineSweep({
  name: 'empty-album',
  state: State,
  async step({ store, library }: EmptyAlbumDeps, user, state) {
    if (!state) return { outcome: 'nothing-to-do' };
    const { album, years } = state;
    let { emptied } = state;
    for (const end = emptied + PHOTOS_PER_STEP; emptied < end;) {
      const ids = await store.photosInAlbum(user, album, PHOTOS_PER_COMMIT);
      if (ids.length === 0) {
        await library.commit(user, (change) => finish(change, album, years), [albumRef(album)]);
        return { outcome: `${emptied} photos` };
      }
      const isOver = await library.commit(user, (change) => takeOut(change, album, ids), [
        albumRef(album),
        ...ids.map(photoRef),
      ]);
      if (isOver) return { outcome: 'nothing to do: its user has joined it again' };
      emptied += ids.length;
    }
    return { outcome: `${emptied} photos`, next: { ...state, emptied } };
  },
});

/** Returns whether the album is there again: a late task must not take photos out of it. */
async function takeOut({ entities, photos }: Change, album: AlbumId, ids: readonly PhotoId[]): Promise<boolean> {
  if (await isThere(entities, album)) return true;
  for (const { id, albums } of await photos.getMany(ids)) await photos.setAlbums(id, withoutAlbum(albums, album));
  return false;
}

async function finish({ entities }: Change, id: AlbumId, years: readonly string[]): Promise<void> {
  if (await isThere(entities, id)) return;
  for (const year of years) entities.write(albumYearRef(id, year), undefined);
  const tombstone = await entities.read(albumRef(id));
  if (tombstone) entities.write(albumRef(id), { ...tombstone, emptied: true });
}

async function isThere(entities: Change['entities'], id: AlbumId): Promise<boolean> {
  const album = await entities.read(albumRef(id));
  return album !== undefined && !isDeleted(album);
}
