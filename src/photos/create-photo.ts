import { createHash } from 'node:crypto';
import { AppError } from '../http/errors.ts';
import type { Change } from '../library/change.ts';
import type { Library } from '../library/commit.ts';
import { newPhotoId, type UserId } from '../library/ids.ts';
import { claimRow, receiptRow, yearRow } from '../library/rows.ts';
import type { Photo, TakenAt } from '../library/shapes.ts';
import { makeVariantsRef } from './make-variants.job.ts';
import type { ReceivedUpload } from './receive-upload.ts';

export interface CreatePhotoDeps {
  library: Library;
  limits: { quotaBytes: number };
}

export interface PhotoRequest {
  upload: ReceivedUpload;
  caption: string;
  alt: string;
  takenAt?: TakenAt;
  /** Make a new photo even of bytes that are there already. */
  allowDuplicates: boolean;
  /** The caller's `Idempotency-Key`. */
  idempotencyKey?: string;
}

export type CreateOutcome = 'created' | 'duplicate' | 'restored';

export interface CreatedPhoto {
  status: CreateOutcome;
  photo: Photo;
  /** The reply of an earlier request with the same idempotency key. */
  replayed: boolean;
  /** Whether the photo refers to the bytes of this very upload; if not, the upload may be discarded. */
  keepsUpload: boolean;
}

/**
 * Turns received bytes into a photo, in one transaction: photo, claim, day count, sequence, totals, receipt and the
 * task that makes its variants. Bytes that the user has already give the photo that has them.
 * Throws quota-exceeded, idempotency-mismatch, and CommitInDoubt, after which the upload must be kept.
 */
export async function createPhoto(deps: CreatePhotoDeps, user: UserId, request: PhotoRequest): Promise<CreatedPhoto> {
  const { upload } = request;
  const id = newPhotoId();
  const takenAt = request.takenAt ?? upload.facts.takenAt;
  const keyHash = request.idempotencyKey === undefined ? undefined : sha256(request.idempotencyKey);
  const reads = [claimRow(upload.sha256), yearRow(takenAt.local), ...(keyHash ? [receiptRow(keyHash)] : [])];

  return deps.library.commit(
    user,
    async (change) => {
      const replay = keyHash && (await replayOf(change, keyHash, request));
      if (replay) return replay;
      const twin = request.allowDuplicates ? undefined : await twinOf(change, upload.sha256);
      const outcome = twin ?? (await addNew(deps, change, { ...request, takenAt, id }));
      if (keyHash) {
        const { status, photo } = outcome;
        change.keepReceipt(keyHash, {
          fingerprint: fingerprintOf(request),
          status: status === 'created' ? 201 : 200,
          outcome: status,
          photo: photo.id,
        });
      }
      return outcome;
    },
    reads,
  );
}

async function addNew(
  { limits }: CreatePhotoDeps,
  change: Change,
  { id, upload, caption, alt, takenAt }: PhotoRequest & { id: Photo['id']; takenAt: TakenAt },
): Promise<CreatedPhoto> {
  const { bytes } = await change.user();
  if (bytes + upload.bytes > limits.quotaBytes) {
    throw new AppError('quota-exceeded', 'There is no room for this photo. Empty the trash or delete others.', {
      extra: { maxBytes: limits.quotaBytes, usedBytes: bytes },
    });
  }
  const { facts, ...stored } = upload;
  const { width, height, camera, location } = facts;
  const shown = { placeholder: null, color: null };
  const photo = await change.addPhoto({
    ...stored,
    ...shown,
    id,
    caption,
    alt,
    takenAt,
    width,
    height,
    camera,
    location,
  });
  change.enqueue(makeVariantsRef, { user: photo.user, photo: photo.id });
  return { status: 'created', photo, replayed: false, keepsUpload: true };
}

/** The user's photo with the same bytes: as it is, or brought back from the trash. */
async function twinOf(change: Change, digest: string): Promise<CreatedPhoto | undefined> {
  const twins = await change.claimed(digest);
  const twin = twins.find((photo) => photo.trashedAt === null) ?? twins[0];
  if (!twin) return undefined;
  const reply = { replayed: false, keepsUpload: false };
  if (twin.trashedAt === null) return { ...reply, status: 'duplicate', photo: twin };
  return { ...reply, status: 'restored', photo: await change.restore(twin.id) };
}

async function replayOf(change: Change, keyHash: string, request: PhotoRequest): Promise<CreatedPhoto | undefined> {
  const receipt = await change.receipt(keyHash);
  if (!receipt) return undefined;
  if (receipt.fingerprint !== fingerprintOf(request)) {
    throw new AppError('idempotency-mismatch', 'This Idempotency-Key stands for another request. Choose a new key.');
  }
  const photo = await change.photo(receipt.photo);
  return { status: receipt.outcome as CreateOutcome, photo, replayed: true, keepsUpload: false };
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

const fingerprintOf = ({ upload, caption, alt, takenAt, allowDuplicates }: PhotoRequest) =>
  sha256(JSON.stringify([upload.sha256, caption, alt, takenAt ?? null, allowDuplicates]));
