import type { Change } from '../../data/rules/change.ts';
import type { Library } from '../../data/commit/group-commit.ts';
import type { PhotoId, UserId } from '../../runtime/ids.ts';
import { photoIdIn } from '../../objects/object-names.ts';
import { idempotent, idempotencyRefs } from '../../data/commit/idempotency.ts';
import type { PlacementStatus } from '../../data/model/records.ts';
import { fingerprintOf } from './user-time.ts';
import { placementRefs, placeUpload, type PlacedUpload, type Placement } from './place-upload.ts';

export interface CreatePhotoDeps {
  library: Library;
  limits: { quotaBytes: number };
}

export interface PhotoRequest extends Omit<Placement, 'id'> {
  /** The caller's `Idempotency-Key`. */
  idempotencyKey?: string | undefined;
}

export interface CreatedPhoto extends PlacedUpload {
  /** Whether this is the reply of an earlier request with the same idempotency key. */
  replayed: boolean;
}

/** What a receipt remembers of a created photo. */
interface PhotoRecord {
  status: PlacementStatus;
  photo: PhotoId;
}

/**
 * Turns received bytes into a photo, in one transaction: photo, claim, day count, sequence, totals, receipt and the
 * task that makes its variants. Bytes that the user has already give the photo that has them.
 * Throws quota-exceeded, idempotency-mismatch, and CommitInDoubt, after which the upload must be kept.
 */
export async function createPhoto(deps: CreatePhotoDeps, user: UserId, request: PhotoRequest): Promise<CreatedPhoto> {
  const placement = { ...request, id: photoIdIn(request.upload.object) };
  const keyed = { key: request.idempotencyKey, content: contentOf(request) };
  const { result, replayed } = await deps.library.commit(
    user,
    (change) =>
      idempotent(change, keyed, {
        run: () => placeUpload(change, deps.limits, placement),
        recordOf: ({ status, photo }): PhotoRecord => ({ status, photo: photo.id }),
        replay: (receipt) => replayPhoto(change, receipt),
      }),
    [...idempotencyRefs(keyed), ...placementRefs(placement)],
  );
  return { ...result, replayed };
}

/** Throws `not-found` when the photo has been deleted for good since. */
async function replayPhoto(change: Change, { status, photo }: PhotoRecord): Promise<PlacedUpload> {
  return { status, photo: await change.photos.get(photo), keepsUpload: false };
}

const contentOf = ({ upload, caption, alt, takenAt, allowDuplicates }: PhotoRequest) => [
  'photo',
  upload.sha256,
  caption,
  alt,
  takenAt ? fingerprintOf(takenAt) : null,
  allowDuplicates,
];
