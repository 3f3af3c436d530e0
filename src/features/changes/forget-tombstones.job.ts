import { z } from 'zod';
import type { Clock } from '../../runtime/clock.ts';
import { defineSweep, type SweepDeps } from '../../background/define-sweep.ts';
import type { Library } from '../../data/commit/group-commit.ts';
import { isForgettable } from '../../data/rules/erasure.ts';
import { photoRef, userRef } from '../../data/model/entity-refs.ts';
import type { Change } from '../../data/rules/change.ts';
import type { Store } from '../../data/read/store.ts';
import { AlbumKind, albumRef, albumTombstoneEnd, type Album } from '../albums/album.ts';

/** Tombstones per transaction. */
export const FORGET_STEP = 200;

interface ForgetDeps extends SweepDeps {
  store: Store;
  library: Library;
  clock: Clock;
}

/** Deletes one user's tombstones that the feed no longer needs, and raises its floor in the same transaction. */
export const forgetTombstones = defineSweep({
  name: 'forget-tombstones',
  state: z.object({ forgotten: z.int() }),
  async step({ store, library, clock }: ForgetDeps, user, state) {
    const range = { by: 'expiryKey', towards: 'newer', limit: FORGET_STEP + 1 } as const;
    const oldest = await store.snapshot(user, async (snapshot) => ({
      photos: await snapshot.photos(range),
      albums: await snapshot.entities(AlbumKind, range),
    }));
    const found = oldest?.photos.filter((photo) => isForgettable(photo, clock.now())) ?? [];
    const albums = oldest?.albums.filter((album) => albumTombstoneEnd(album) <= clock.now()) ?? [];
    const ids = found.slice(0, FORGET_STEP).map(({ id }) => id);
    if (ids.length > 0) await library.commit(user, (change) => change.photos.dropTombstones(ids), ids.map(photoRef));
    if (albums.length > 0)
      await library.commit(
        user,
        (change) => dropAlbums(change, albums),
        albums.map(({ id }) => albumRef(id)),
      );
    const forgotten = (state?.forgotten ?? 0) + ids.length + albums.length;
    const goesOn = found.length > FORGET_STEP || albums.length > FORGET_STEP;
    return { outcome: `${forgotten} forgotten`, next: goesOn ? { forgotten } : undefined };
  },
});

/** Nothing writes the tombstone of an album again. */
async function dropAlbums({ account, entities }: Change, albums: readonly Album[]): Promise<void> {
  const owner = await account.read();
  for (const { id } of albums) entities.write(albumRef(id), undefined);
  const feedFloor = Math.max(owner.feedFloor, ...albums.map(({ changed }) => changed));
  entities.write(userRef, { ...owner, feedFloor });
}
