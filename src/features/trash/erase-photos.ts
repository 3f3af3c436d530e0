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

/** Photos that go in one transaction: with their claims and tombstones far below the 10 MiB of a commit. */
export const TRASH_STEP = 100;

/** What is left to do of emptying a trash: everything that went there up to a moment. */
export interface Emptying {
  user: UserId;
  /** Milliseconds since the Unix epoch. What is put into the trash later stays there. */
  until: number;
}

/** The job that goes on emptying. */
export const emptyTrashRef: JobRef<Emptying> = { name: 'empty-trash' };

/** Erases one photo for good. Throws `precondition-failed`, and `not-found` unless it lies in the trash. */
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
 * Erases the photos that have lain in the trash for longest, a bounded number. What is left goes by a task, which is
 * committed together with this step. Returns whether everything has gone.
 */
export async function emptyTrashStep({ store, library }: TrashDeps, { user, until }: Emptying): Promise<boolean> {
  const page = await store.stretch(user, { by: 'trashKey', towards: 'newer', limit: TRASH_STEP + 1 });
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
