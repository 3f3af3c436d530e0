import type { Request } from 'express';
import { formParts, type FormPart } from '../../http/forms/form-parts.ts';
import { idempotencyKeyOf } from '../../http/input/idempotency-key.ts';
import { readFields } from '../../http/input/read-fields.ts';
import type { UserId } from '../../runtime/ids.ts';
import { announcedInHeader, requireChecksum } from './announced-checksum.ts';
import { createPhoto, type CreatedPhoto, type CreatePhotoDeps, type Once } from './create-photo.ts';
import { PhotoFiles } from './photo-files.ts';
import type { ReceiveDeps } from './receive-upload.ts';
import { UploadFields } from './schemas.ts';
import type { ServiceSpace } from './service-space.ts';

export interface UploadDeps extends ReceiveDeps, CreatePhotoDeps {
  serviceSpace: ServiceSpace;
  limits: { quotaBytes: number; maxUploadBytes: number };
  uploadSlots: UploadSlots;
}

/** Bounds how many uploads of a user are under way at once. Disposal gives the place back. */
interface UploadSlots {
  /** @throws AppError rate-limited */
  take(user: UserId): Disposable;
}

/**
 * Receives one multipart upload, from the first byte to the committed photo. If it fails, nothing of it is left.
 * @throws AppError what `photoForm`, `PhotoFiles` and `createPhoto` throw; rate-limited, invalid-request, digest-mismatch
 */
export async function uploadPhoto(
  deps: UploadDeps,
  user: UserId,
  request: Request,
  { allowDuplicates, isGuest = false }: { allowDuplicates: boolean; isGuest?: boolean },
): Promise<CreatedPhoto> {
  // The keys are those of the account: a guest must not use one up.
  const key = isGuest ? undefined : idempotencyKeyOf(request);
  return takeUpload(deps, user, photoForm(deps, request, Object.keys(UploadFields.shape)), {
    announced: [announcedInHeader(request)],
    allowDuplicates,
    once: key === undefined ? undefined : { key },
  });
}

/** What an upload says besides its parts. */
interface UploadTerms {
  /** The checksums that its headers announce. */
  announced: readonly (string | undefined)[];
  allowDuplicates: boolean;
  once: Once | undefined;
}

/** A photo, and the sha256 of the bytes that were received for it. */
interface TakenUpload extends CreatedPhoto {
  receivedSha256: string;
}

/**
 * Makes a photo of the parts of one upload while they arrive: of those of a form, or of a body that is the file. If it
 * fails, nothing of it is left.
 * @throws AppError what `parts`, `PhotoFiles` and `createPhoto` throw; rate-limited, invalid-request, digest-mismatch
 */
export async function takeUpload(
  deps: UploadDeps,
  user: UserId,
  parts: AsyncIterable<FormPart>,
  { announced, allowDuplicates, once }: UploadTerms,
): Promise<TakenUpload> {
  using _slot = deps.uploadSlots.take(user);
  await using files = new PhotoFiles(deps);
  const texts: Record<string, string> = {};
  for await (const part of parts) {
    if (part.kind === 'field') texts[part.name] = part.value;
    else await files.receive(part, user);
  }
  const upload = files.complete([texts['sha256']?.toLowerCase(), ...announced]);
  const { caption, alt, takenAt, sha256 } = readFields(UploadFields, texts);
  requireChecksum(upload.sha256, [sha256, ...announced]);
  const created = await files.keepFor(
    createPhoto(deps, user, { upload, caption, alt, takenAt, allowDuplicates, once }),
  );
  return { ...created, receivedSha256: upload.sha256 };
}

/** Yields the parts of a form with one `image`, its `preview` where it needs one, and the named text fields. */
export async function* photoForm(
  { serviceSpace, limits }: Pick<UploadDeps, 'serviceSpace' | 'limits'>,
  request: Request,
  fields: string[],
): AsyncGenerator<FormPart> {
  await serviceSpace.requireOpen();
  yield* formParts(request, { fields, files: { image: 1, preview: 1 }, maxFileBytes: limits.maxUploadBytes });
}
