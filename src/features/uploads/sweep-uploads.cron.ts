import type { Datastore } from '@google-cloud/datastore';
import type { Clock } from '../../runtime/clock.ts';
import { defineCron } from '../../background/define-cron.ts';
import type { Library } from '../../data/commit/group-commit.ts';
import { findExpired, type Expired } from '../../data/read/expired.ts';
import type { UploadId, UserId } from '../../runtime/ids.ts';
import { UploadKind } from '../../data/model/entity-kinds.ts';
import { uploadRef } from '../../data/model/entity-refs.ts';
import { isOpen } from '../../data/model/records.ts';
import type { Store } from '../../data/read/store.ts';
import type { Log } from '../../runtime/log.ts';
import type { DirectUploads } from '../../objects/direct-uploads.ts';

interface SweepUploadsDeps {
  datastore: Datastore;
  store: Store;
  library: Library;
  directUploads: DirectUploads;
  clock: Clock;
  log: Log;
}

/**
 * Removes uploads that have expired: of one that never became a photo the session ends and the object goes as well.
 * What fails is found again by the next run.
 */
export const sweepUploads = defineCron({
  name: 'sweep-uploads',
  deletesByAge: true,
  async run(deps: SweepUploadsDeps) {
    const outcomes = { swept: 0, failed: 0 };
    for await (const expired of findExpired(deps.datastore, UploadKind, deps.clock.now())) {
      for (const upload of expired) outcomes[await trySweep(deps, upload)] += 1;
    }
    return `${outcomes.swept} uploads, ${outcomes.failed} failed`;
  },
});

async function trySweep(deps: SweepUploadsDeps, { user, name }: Expired): Promise<'swept' | 'failed'> {
  try {
    await sweep(deps, user, name as UploadId);
    return 'swept';
  } catch (error) {
    deps.log.warn({ err: error, account: user }, 'An expired upload could not be swept; the next run tries again.');
    return 'failed';
  }
}

async function sweep({ store, library, directUploads }: SweepUploadsDeps, user: UserId, id: UploadId): Promise<void> {
  const [upload] = await store.uploads(user, [id]);
  // The session ends first: after it no object can come into being that no entity names.
  if (upload && isOpen(upload)) await directUploads.cancel(upload.session);
  await library.commit(
    user,
    async (change) => {
      const found = await change.uploads.get(id);
      if (!found || found.expiresAt > change.now) return;
      if (isOpen(found)) change.objects.erase([found.object]);
      await change.uploads.delete(id);
    },
    [uploadRef(id)],
  );
}
