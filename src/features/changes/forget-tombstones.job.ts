import { z } from 'zod';
import type { Clock } from '../../runtime/clock.ts';
import { defineSweep, type SweepDeps } from '../../background/define-sweep.ts';
import type { Library } from '../../data/commit/group-commit.ts';
import { isForgettable } from '../../data/rules/erasure.ts';
import { photoRef } from '../../data/model/entity-refs.ts';
import type { Store } from '../../data/read/store.ts';

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
    const oldest = await store.range(user, { by: 'expiryKey', towards: 'newer', limit: FORGET_STEP + 1 });
    const found = oldest?.photos.filter((photo) => isForgettable(photo, clock.now())) ?? [];
    const ids = found.slice(0, FORGET_STEP).map(({ id }) => id);
    if (ids.length > 0) await library.commit(user, (change) => change.photos.dropTombstones(ids), ids.map(photoRef));
    const forgotten = (state?.forgotten ?? 0) + ids.length;
    return { outcome: `${forgotten} forgotten`, next: found.length > ids.length ? { forgotten } : undefined };
  },
});
