import type { Datastore, Key } from '@google-cloud/datastore';
import { z } from 'zod';
import { forgetNames } from '../accounts/forget-names.ts';
import { forgetReportsOf } from '../moderation/reports.ts';
import { defineSweep, type SweepDeps } from '../../background/define-sweep.ts';
import { jobTask } from '../../background/job-task.ts';
import { eraseObjectsRef, type Erasure } from '../../data/rules/erasure.ts';
import type { UserId } from '../../runtime/ids.ts';
import type { Store } from '../../data/read/store.ts';
import { forgetSharing } from '../albums/members/drop-member.job.ts';
import { orphansOf, type Orphans } from '../../data/read/orphans.ts';
import { isOpen } from '../../data/model/records.ts';
import { irreplaceableObjects } from '../../data/model/stored-objects.ts';
import type { DirectUploads } from '../../objects/direct-uploads.ts';

/** Entities per step. */
const ENTITIES_PER_STEP = 100;

interface EraseAccountDeps extends SweepDeps {
  datastore: Datastore;
  store: Store;
  directUploads: DirectUploads;
}

export const Erasing = z.object({
  /** The present and former handles. */
  handles: z.array(z.string()),
  /** Entities that are deleted already. */
  erased: z.int(),
});

/** Deletes the data of a deleted account: handles and identities first, then photos, uploads and the rest. */
export const eraseAccountData = defineSweep({
  name: 'erase-account',
  state: Erasing,
  async step(deps: EraseAccountDeps, user, state) {
    const { handles, erased } = state ?? { handles: [], erased: 0 };
    // First of all, while the user's memberships are there.
    if (erased === 0) await forgetSharing(deps, user);
    const leftovers = orphansOf(deps.datastore, user);
    const keys = await eraseSome(deps, user, leftovers);
    // At the first and the last step: the query in it may miss an identity that was written just before the deletion.
    if (erased === 0 || keys.length === 0) {
      await forgetNames(deps.datastore, user, handles);
      await forgetReportsOf(deps.datastore, user);
    }
    await leftovers.delete(keys);
    const next = { handles, erased: erased + keys.length };
    return { outcome: `${next.erased} entities erased`, next: keys.length > 0 ? next : undefined };
  },
});

/** Enqueues the removal of the objects of some entities, and returns the keys of these entities. */
async function eraseSome(deps: EraseAccountDeps, user: UserId, leftovers: Orphans): Promise<Key[]> {
  const photos = await leftovers.photos(ENTITIES_PER_STEP);
  if (photos.length > 0) {
    const objects = photos.flatMap(({ value }) => irreplaceableObjects(value));
    await eraseObjects(deps, { user, objects, photos: photos.map(({ value }) => value.id) });
    return photos.map(({ key }) => key);
  }
  const uploads = await leftovers.uploads(ENTITIES_PER_STEP);
  const unfinished = uploads.map(({ value }) => value).filter(isOpen);
  // The session ends first. After that it can create no object that no entity refers to.
  for (const { session } of unfinished) await deps.directUploads.cancel(session);
  await eraseObjects(deps, { user, objects: unfinished.map(({ object }) => object), photos: [] });
  return uploads.length > 0 ? uploads.map(({ key }) => key) : leftovers.others(ENTITIES_PER_STEP);
}

async function eraseObjects({ createTask }: EraseAccountDeps, erasure: Erasure): Promise<void> {
  if (erasure.objects.length > 0) await createTask(jobTask(eraseObjectsRef, erasure));
}
