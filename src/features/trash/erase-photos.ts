import { AppError } from '../../runtime/errors.ts';
import type { JobRef } from '../../data/model/job-ref.ts';
import type { Library } from '../../data/commit/group-commit.ts';
import type { UserId } from '../../runtime/ids.ts';
import { inTrash } from '../../data/model/entity-kinds.ts';
import { contentRef, photoRef } from '../../data/model/entity-refs.ts';
import type { Photo } from '../../data/model/records.ts';
import type { Store } from '../../data/read/store.ts';
import type { Target } from '../photos/edit-photo.ts';

export interface TrashDeps {
  store: Store;
  library: Library;
}

/** Photos per transaction. With tombstones and content index this is far below the 10 MiB of a commit. */
export const TRASH_STEP = 100;

/** The rest of emptying a trash: the photos that were moved there up to a time. */
interface Emptying {
  user: UserId;
  /** Milliseconds since the Unix epoch. Photos that were moved to the trash later stay there. */
  until: number;
}

/** The job that continues to empty a trash. */
export const emptyTrashRef: JobRef<Emptying> = { name: 'empty-trash' };

/**
 * Erases one photo in the trash.
 * @throws AppError precondition-failed; not-found if it is not in the trash
 */
export function eraseTrashed({ library }: TrashDeps, { user, id, precondition }: Target): Promise<void> {
  return library.commit(
    user,
    async (change) => {
      const photo = await change.photos.get(id);
      if (!inTrash(photo)) throw new AppError('not-found', 'This photo is not in the trash. Move it there first.');
      precondition(photo);
      await change.photos.erase([photo]);
    },
    [photoRef(id)],
  );
}

/**
 * Erases the photos that were moved to the trash first, up to `TRASH_STEP`. If there are more, the same commit enqueues
 * a task that continues. Returns whether the trash is empty.
 */
export async function emptyTrashStep({ store, library }: TrashDeps, { user, until }: Emptying): Promise<boolean> {
  const page = await store.range(user, { by: 'trashKey', towards: 'newer', limit: TRASH_STEP + 1 });
  const isMeant = (photo: Photo) => inTrash(photo) && (photo.trashedAt ?? Infinity) <= until;
  const found = page?.photos.filter(isMeant) ?? [];
  if (found.length === 0) return true;
  const meant = found.slice(0, TRASH_STEP);
  const finished = meant.length === found.length;
  await library.commit(
    user,
    async (change) => {
      // Some may have been restored since.
      const photos = await change.photos.getMany(meant.map(({ id }) => id));
      await change.photos.erase(photos.filter(isMeant));
      if (!finished) change.outbox.enqueue(emptyTrashRef, { user, until });
    },
    meant.flatMap(({ id, sha256 }) => [photoRef(id), contentRef(sha256)]),
  );
  return finished;
}
