import type { Request } from 'express';
import { AppError } from '../../runtime/errors.ts';
import { idempotencyKeyOf } from '../../http/input/idempotency-key.ts';
import { receiveForm } from '../../http/forms/multipart.ts';
import { readFields } from '../../http/input/read-fields.ts';
import { newPhotoId, type UserId } from '../../runtime/ids.ts';
import { endsWithoutMarker } from '../../pictures/decoding/missing-end.ts';
import { originalName, previewNameFor, UNCLAIMED } from '../../objects/object-names.ts';
import { CommitInDoubt } from '../../data/commit/transact.ts';
import { announcedInHeader, requireChecksum } from './announced-checksum.ts';
import { createPhoto, type CreatedPhoto, type CreatePhotoDeps } from './create-photo.ts';
import {
  discardUpload,
  receiveUpload,
  type ReceiveDeps,
  type ReceivedFile,
  type ReceivedUpload,
} from './receive-upload.ts';
import { UploadFields } from './schemas.ts';
import type { ServiceSpace } from './service-space.ts';
import { withPreview } from './with-preview.ts';

export interface UploadDeps extends ReceiveDeps, CreatePhotoDeps {
  serviceSpace: ServiceSpace;
  limits: { quotaBytes: number; maxUploadBytes: number };
  uploadSlots: UploadSlots;
}

/** Bounds how many uploads of a user are under way at once. Throws rate-limited; disposal gives the place back. */
export interface UploadSlots {
  take(user: UserId): Disposable;
}

/** The file of a multipart request, durable in the bucket, and its text fields. */
export interface UploadForm {
  upload: ReceivedUpload;
  fields: Record<string, string>;
}

/** One upload through the front door, from the first byte to the committed photo. Whatever fails leaves nothing. */
export async function uploadPhoto(
  deps: UploadDeps,
  user: UserId,
  request: Request,
  { allowDuplicates }: { allowDuplicates: boolean },
): Promise<CreatedPhoto> {
  using _slot = deps.uploadSlots.take(user);
  const idempotencyKey = idempotencyKeyOf(request);
  const inHeader = announcedInHeader(request);
  const form = await receivePhotoForm(deps, request, Object.keys(UploadFields.shape), async () => user);
  // Awaited here: the slot is held until the photo is there.
  return await keepOrDiscard(deps, form.upload, () => {
    const fields = readFields(UploadFields, form.fields);
    requireChecksum(form.upload.sha256, [fields.sha256, inHeader]);
    return createPhoto(deps, user, {
      upload: form.upload,
      caption: fields.caption,
      alt: fields.alt,
      ...(fields.takenAt ? { takenAt: fields.takenAt } : {}),
      idempotencyKey,
      allowDuplicates,
    });
  });
}

/**
 * Receives a form with one `image`, its `preview` where it needs one, and the named text fields. `ownerOf` tells from
 * those before the file whose it will be, as far as that is known, or refuses before a byte is stored.
 */
export async function receivePhotoForm(
  deps: UploadDeps,
  request: Request,
  fieldNames: string[],
  ownerOf: (fields: Record<string, string>) => Promise<UserId | undefined>,
): Promise<UploadForm> {
  await deps.serviceSpace.requireOpen();
  const id = newPhotoId();
  const { fields, files } = await receiveForm<ReceivedFile>(request, {
    fields: fieldNames,
    files: { image: 1, preview: 1 },
    maxFileBytes: deps.limits.maxUploadBytes,
    sink: {
      async store(file, stream, signal) {
        const original = originalName((await ownerOf(file.fields)) ?? UNCLAIMED, id);
        const object = file.field === 'preview' ? previewNameFor(original) : original;
        return receiveUpload(deps, { ...file, object }, stream, signal);
      },
      discard: (upload) => discardUpload(deps, upload),
    },
  });
  try {
    const [image, preview] = ['image', 'preview'].map((field) => files.find((file) => file.field === field)?.stored);
    if (!image) throw new AppError('file-missing', 'Send the picture as a file in the form field `image`.');
    const announced = [fields['sha256']?.toLowerCase(), announcedInHeader(request)];
    return { upload: withPreview(proved(image, announced), preview && proved(preview, [])), fields };
  } catch (error) {
    for (const { stored } of files) await discardUpload(deps, stored);
    throw error;
  }
}

/**
 * The upload of a received file. One that nothing tells to be whole must have an announced digest: then nothing was cut
 * off on its way. Throws damaged-image.
 */
function proved({ needsChecksum, ...upload }: ReceivedFile, announced: (string | undefined)[]): ReceivedUpload {
  if (needsChecksum && !announced.includes(upload.sha256)) throw endsWithoutMarker();
  return upload;
}

/** Removes the upload unless a photo refers to it now. After a commit in doubt it may be an acknowledged photo's. */
export async function keepOrDiscard(
  deps: UploadDeps,
  upload: ReceivedUpload,
  create: () => Promise<CreatedPhoto>,
): Promise<CreatedPhoto> {
  try {
    // Without a turn of an upload: while it waits for its commit, more photos of the user join that commit.
    const created = await create();
    if (!created.keepsUpload) await discardUpload(deps, upload);
    return created;
  } catch (error) {
    if (!(error instanceof CommitInDoubt)) await discardUpload(deps, upload);
    throw error;
  }
}
