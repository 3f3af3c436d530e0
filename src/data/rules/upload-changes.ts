import { AppError } from '../../runtime/errors.ts';
import { rateLimitHeaders } from '../../runtime/rate-limit-headers.ts';
import type { UploadId } from '../../runtime/ids.ts';
import { uploadRef, userRef } from '../model/entity-refs.ts';
import { isOpen, reservedBy, type Upload } from '../model/records.ts';
import type { AccountChanges } from './account-changes.ts';
import type { ChangeContext } from './change-context.ts';
import type { ObjectChanges } from './erasure.ts';

/** Uploads of one user that may be open at once: four batches of them. */
export const MOST_OPEN_UPLOADS = 200;

/** How uploads change. The count of open uploads, and of the bytes that are reserved for them, follows. */
export interface UploadChanges {
  get(id: UploadId): Promise<Upload | undefined>;
  /** @throws AppError too-many-uploads, for one more than may be open */
  keep(upload: Upload): Promise<void>;
  /** Ends an open upload: frees its place, and has a task remove its object. Returns the upload as it is then. */
  end(id: UploadId): Promise<Upload | undefined>;
  delete(id: UploadId): Promise<void>;
}

interface UploadChangeDeps {
  account: Pick<AccountChanges, 'read'>;
  objects: Pick<ObjectChanges, 'erase'>;
}

export function uploadChanges({ entities, now }: ChangeContext, { account, objects }: UploadChangeDeps): UploadChanges {
  const get = (id: UploadId) => entities.read(uploadRef(id));
  const put = async (id: UploadId, after: Upload | undefined) => {
    const before = await get(id);
    entities.write(uploadRef(id), after);
    const by = openOf(after) - openOf(before);
    const bytes = reservedOf(after) - reservedOf(before);
    if (by === 0 && bytes === 0) return;
    const owner = await account.read();
    const openUploads = owner.openUploads + by;
    if (by > 0 && openUploads > MOST_OPEN_UPLOADS) throw tooManyUploads();
    entities.write(userRef, { ...owner, openUploads, reservedBytes: owner.reservedBytes + bytes });
  };
  return {
    get,
    keep: (upload) => put(upload.id, upload),
    async end(id) {
      const upload = await get(id);
      if (!upload || !isOpen(upload)) return upload;
      const ended = { ...upload, endedAt: now };
      await put(id, ended);
      objects.erase([upload.object]);
      return ended;
    },
    delete: (id) => put(id, undefined),
  };
}

const openOf = (upload: Upload | undefined) => Number(upload !== undefined && isOpen(upload));

const reservedOf = (upload: Upload | undefined) => (upload ? reservedBy(upload) : 0);

/** The error for one upload more than may be open. After `seconds` there is certainly a place. */
export const tooManyUploads = (seconds?: number) =>
  new AppError(
    'too-many-uploads',
    `You have ${MOST_OPEN_UPLOADS} open uploads. Make photos of those that are complete, or end some: ` +
      'GET /v1/uploads lists them, DELETE /v1/uploads/{id} ends one.',
    {
      extra: { maxUploads: MOST_OPEN_UPLOADS },
      headers: rateLimitHeaders({
        name: 'open-uploads',
        quota: MOST_OPEN_UPLOADS,
        unit: 'concurrent-requests',
        left: 0,
        seconds,
      }),
    },
  );
