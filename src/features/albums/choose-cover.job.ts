import { z } from 'zod';
import { defineJob, UserIdText } from '../../background/define-job.ts';
import type { Library } from '../../data/commit/group-commit.ts';
import { photoRef } from '../../data/model/entity-refs.ts';
import type { JobRef } from '../../data/model/job-ref.ts';
import type { Store } from '../../data/read/store.ts';
import type { AlbumId, UserId } from '../../runtime/ids.ts';
import { albumRef, isDeleted, writeAlbum } from './album.ts';
import { AlbumIdParam } from './schemas.ts';

interface ChooseCoverDeps {
  store: Store;
  library: Library;
}

interface Coverless {
  user: UserId;
  album: AlbumId;
}

export const chooseCoverRef: JobRef<Coverless> = { name: 'choose-cover' };

/** Makes the newest photo of an album its cover, where the cover has left. */
export const chooseCover = defineJob({
  ...chooseCoverRef,
  payload: z.object({ user: UserIdText, album: AlbumIdParam }),
  async run({ store, library }: ChooseCoverDeps, { user, album: id }) {
    const newest = await store.snapshot(user, (snapshot) =>
      snapshot.tiles({ by: 'albumKey', album: id, towards: 'older', limit: 1 }),
    );
    const photo = newest?.[0]?.tile.id;
    if (photo === undefined) return 'nothing-to-do';
    return library.commit(
      user,
      async (change) => {
        const album = await change.entities.read(albumRef(id));
        const [shown] = await change.photos.getMany([photo]);
        const isThere = shown?.albums?.[id] !== undefined && shown.trashedAt === null;
        if (!album || isDeleted(album) || album.cover !== null) return 'nothing-to-do';
        // The photo has left, too: another one is chosen at the next attempt.
        if (!isThere) throw new Error('The photo that was to be the cover has left the album.');
        await writeAlbum(change, { ...album, cover: photo });
        return 'chosen';
      },
      [albumRef(id), photoRef(photo)],
    );
  },
});
