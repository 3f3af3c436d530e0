import type { Change } from '../../data/rules/change.ts';
import type { Library } from '../../data/commit/group-commit.ts';
import type { PhotoId, UserId } from '../../runtime/ids.ts';
import { photoIdIn } from '../../objects/object-names.ts';
import { commitOnce, idempotencyName } from '../../data/commit/idempotency.ts';
import { idempotencyRef } from '../../data/model/entity-refs.ts';
import type { Store } from '../../data/read/store.ts';
import type { Clock } from '../../runtime/clock.ts';
import { AppError } from '../../runtime/errors.ts';
import { idempotencyEnd, type PlacementStatus } from '../../data/model/records.ts';
import { fingerprintOf } from './user-time.ts';
import { placementRefs, placeUpload, type PlacedUpload, type Placement, type PlacementDeps } from './place-upload.ts';

export interface CreatePhotoDeps extends PlacementDeps {
  library: Library;
}

interface PhotoRequest extends Omit<Placement, 'id'> {
  /** Makes one photo of all requests with the same key. */
  once?: Once | undefined;
}

/** The idempotency key of an upload. */
export interface Once {
  key: string;
  /** Whether a request with other content gets the first photo too. Otherwise it is refused. */
  anyContent?: true;
  /** When the record expires, if not at the usual time. Milliseconds since the Unix epoch. */
  keptUntil?: number;
}

export interface CreatedPhoto extends PlacedUpload {
  /** Whether this is the reply of an earlier request with the same idempotency key. */
  replayed: boolean;
}

/** What the idempotency record of a created photo holds. */
interface PhotoRecord {
  status: PlacementStatus;
  photo: PhotoId;
}

/**
 * Turns received bytes into a photo, in one transaction: photo, content entry, day count, sequence, totals, idempotency
 * record and the task that makes its variants. Bytes that the user has already give the photo that has them.
 * @throws CommitInDoubt, after which the upload must be kept
 * @throws AppError quota-exceeded, idempotency-mismatch
 */
export async function createPhoto(deps: CreatePhotoDeps, user: UserId, request: PhotoRequest): Promise<CreatedPhoto> {
  const placement = { ...request, id: photoIdIn(request.upload.object) };
  const { result, replayed } = await commitOnce(deps.library, user, {
    key: request.once?.key,
    content: request.once?.anyContent ? 'photo' : contentOf(request),
    keptUntil: request.once?.keptUntil,
    reads: placementRefs(placement),
    run: (change) => placeUpload(change, deps, placement),
    recordOf: ({ status, photo }): PhotoRecord => ({ status, photo: photo.id }),
    replay: replayPhoto,
  });
  return { ...result, replayed };
}

/**
 * Reads the photo that the first request made.
 * @throws AppError not-found when the photo has been deleted for good since, gone when its bytes were not those announced
 */
async function replayPhoto(change: Change, { status, photo }: PhotoRecord): Promise<PlacedUpload> {
  return { status, photo: await change.photos.get(photo), keepsUpload: false };
}

export interface RecordReadDeps {
  store: Store;
  clock: Clock;
}

/**
 * Reads what an earlier request with this key has made, if there was one.
 * @throws AppError gone when the photo has been deleted for good since
 */
export async function recordedPhoto(
  { store, clock }: RecordReadDeps,
  user: UserId,
  key: string,
): Promise<CreatedPhoto | undefined> {
  const record = await store.entity(user, idempotencyRef(idempotencyName(key)));
  if (!record || idempotencyEnd(record) <= clock.now()) return undefined;
  const { status, photo: id } = record.reply as PhotoRecord;
  const photo = await store.photo(user, id);
  if (!photo) throw new AppError('gone', 'The photo that was uploaded before has been deleted for good.');
  return { status, photo, keepsUpload: false, replayed: true };
}

const contentOf = ({ upload, caption, alt, takenAt, allowDuplicates }: PhotoRequest) => [
  'photo',
  upload.sha256,
  caption,
  alt,
  takenAt ? fingerprintOf(takenAt) : null,
  allowDuplicates,
];
