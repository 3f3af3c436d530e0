import { AppError } from '../../runtime/errors.ts';
import type { Library } from '../../data/commit/group-commit.ts';
import type { UploadId, UserId } from '../../runtime/ids.ts';
import { uploadRef } from '../../data/model/entity-refs.ts';
import { isOpen, type Upload } from '../../data/model/records.ts';
import type { Store } from '../../data/read/store.ts';
import type { DirectUploads } from '../../objects/direct-uploads.ts';

export interface EndDeps {
  store: Store;
  library: Library;
  directUploads: DirectUploads;
}

/**
 * Ends an upload that has not become a photo: its session takes no more bytes, its place is free, and a task removes its
 * object. May be repeated.
 * @throws AppError `not-found`; `conflict` for one that has become a photo; `unavailable`
 */
export async function cancelUpload(deps: EndDeps, user: UserId, id: UploadId): Promise<void> {
  const [upload] = await deps.store.uploads(user, [id]);
  requireNoPhoto(upload);
  if (!isOpen(upload)) return;
  // The session ends first: after it no object can come into being that no entity names.
  await deps.directUploads.cancel(upload.session);
  const [after] = await endUploads(deps.library, user, [id]);
  requireNoPhoto(after);
}

/** Frees the places of uploads whose sessions have ended. Returns each as it is now; one that is a photo stays so. */
export function endUploads(library: Library, user: UserId, ids: readonly UploadId[]): Promise<(Upload | undefined)[]> {
  return library.commit(
    user,
    async (change) => {
      const uploads: (Upload | undefined)[] = [];
      for (const id of ids) uploads.push(await change.uploads.end(id));
      return uploads;
    },
    ids.map(uploadRef),
  );
}

function requireNoPhoto(upload: Upload | undefined): asserts upload is Upload {
  if (!upload) throw new AppError('not-found', 'There is no such upload.');
  if (!upload.outcome) return;
  throw new AppError('conflict', 'This upload has become a photo: move the photo to the trash instead.');
}
