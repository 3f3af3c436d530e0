import { z } from 'zod';
import { defineSweep, type SweepDeps, type SweepPayload } from '../../background/define-sweep.ts';
import type { Library } from '../../data/commit/group-commit.ts';
import { photoRef } from '../../data/model/entity-refs.ts';
import type { JobRef } from '../../data/model/job-ref.ts';
import type { Change } from '../../data/rules/change.ts';
import type { Store } from '../../data/read/store.ts';
import type { AlbumId, PhotoId } from '../../runtime/ids.ts';
import { albumYearRef } from './album.ts';
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

/** Takes all photos out of a deleted album, those in the trash among them. */
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
        await library.commit(user, ({ entities }) => forgetYears(entities, album, years));
        return { outcome: `${emptied} photos` };
      }
      await library.commit(user, (change) => takeOut(change, album, ids), ids.map(photoRef));
      emptied += ids.length;
    }
    return { outcome: `${emptied} photos`, next: { ...state, emptied } };
  },
});

async function takeOut({ photos }: Change, album: AlbumId, ids: readonly PhotoId[]): Promise<void> {
  for (const { id, albums } of await photos.getMany(ids)) await photos.setAlbums(id, withoutAlbum(albums, album));
}

async function forgetYears(entities: Change['entities'], album: AlbumId, years: readonly string[]): Promise<void> {
  for (const year of years) entities.write(albumYearRef(album, year), undefined);
}
