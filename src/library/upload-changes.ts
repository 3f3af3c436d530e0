import { AppError } from '../http/errors.ts';
import { rateLimitHeaders } from '../http/rate-limit.ts';
import type { UploadId } from './ids.ts';
import type { Overlay } from './overlay.ts';
import { uploadRow, userRow } from './rows.ts';
import type { Upload, User } from './shapes.ts';

/** Uploads of one user that may be open at once: four batches of them. */
export const MOST_OPEN_UPLOADS = 200;

/** What may become of uploads. The count of those that are open stays true to it. */
export interface UploadChanges {
  upload(id: UploadId): Promise<Upload | undefined>;
  /** Keeps what is known of an upload. Throws `too-many-uploads` for one more than may be open. */
  keepUpload(upload: Upload): Promise<void>;
  forgetUpload(id: UploadId): Promise<void>;
}

export function uploadChanges({ overlay, user }: { overlay: Overlay; user(): Promise<User> }): UploadChanges {
  const put = async (id: UploadId, after: Upload | undefined) => {
    const before = await overlay.read(uploadRow(id));
    overlay.write(uploadRow(id), after);
    const by = openOf(after) - openOf(before);
    if (by === 0) return;
    const owner = await user();
    const openUploads = owner.openUploads + by;
    if (by > 0 && openUploads > MOST_OPEN_UPLOADS) throw tooMany();
    overlay.write(userRow, { ...owner, openUploads });
  };
  return {
    upload: (id) => overlay.read(uploadRow(id)),
    keepUpload: (upload) => put(upload.id, upload),
    forgetUpload: (id) => put(id, undefined),
  };
}

const openOf = (upload: Upload | undefined) => Number(upload !== undefined && !upload.outcome);

const tooMany = () =>
  new AppError('too-many-uploads', 'Turn some of your open uploads into photos, or wait until they expire.', {
    extra: { maxUploads: MOST_OPEN_UPLOADS },
    headers: rateLimitHeaders({
      name: 'open-uploads',
      quota: MOST_OPEN_UPLOADS,
      unit: 'concurrent-requests',
      left: 0,
      seconds: 60,
    }),
  });
