import { AppError } from '../../runtime/errors.ts';
import { rateLimitHeaders } from '../../runtime/rate-limit-headers.ts';
import type { UploadId } from '../../runtime/ids.ts';
import type { UnitOfWork } from '../commit/unit-of-work.ts';
import { uploadRef, userRef } from '../model/entity-refs.ts';
import { isOpen, reservedBy, type Upload, type User } from '../model/records.ts';

/** Uploads of one user that may be open at once: four batches of them. */
export const MOST_OPEN_UPLOADS = 200;

/** What may become of uploads. The count of those that are open, and of the bytes set aside for them, stays true to it. */
export interface UploadChanges {
  upload(id: UploadId): Promise<Upload | undefined>;
  /** Keeps what is known of an upload. Throws `too-many-uploads` for one more than may be open. */
  keepUpload(upload: Upload): Promise<void>;
  /** Ends an open upload: its place is free, its object goes by a task. Returns the upload as it is then. */
  endUpload(id: UploadId): Promise<Upload | undefined>;
  forgetUpload(id: UploadId): Promise<void>;
}

export interface UploadChangeDeps {
  overlay: UnitOfWork;
  now: number;
  user(): Promise<User>;
  /** Has objects removed, by a task. */
  discard(objects: readonly string[]): void;
}

export function uploadChanges({ overlay, now, user, discard }: UploadChangeDeps): UploadChanges {
  const put = async (id: UploadId, after: Upload | undefined) => {
    const before = await overlay.read(uploadRef(id));
    overlay.write(uploadRef(id), after);
    const by = openOf(after) - openOf(before);
    const bytes = reservedOf(after) - reservedOf(before);
    if (by === 0 && bytes === 0) return;
    const owner = await user();
    const openUploads = owner.openUploads + by;
    if (by > 0 && openUploads > MOST_OPEN_UPLOADS) throw tooManyUploads();
    overlay.write(userRef, { ...owner, openUploads, reservedBytes: owner.reservedBytes + bytes });
  };
  return {
    upload: (id) => overlay.read(uploadRef(id)),
    keepUpload: (upload) => put(upload.id, upload),
    async endUpload(id) {
      const upload = await overlay.read(uploadRef(id));
      if (!upload || !isOpen(upload)) return upload;
      const ended = { ...upload, endedAt: now };
      await put(id, ended);
      discard([upload.object]);
      return ended;
    },
    forgetUpload: (id) => put(id, undefined),
  };
}

const openOf = (upload: Upload | undefined) => Number(upload !== undefined && isOpen(upload));

const reservedOf = (upload: Upload | undefined) => (upload ? reservedBy(upload) : 0);

/** The refusal of one upload more than may be open. `seconds`: after how many of them there is a place for certain. */
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
        ...(seconds !== undefined && { seconds }),
      }),
    },
  );
