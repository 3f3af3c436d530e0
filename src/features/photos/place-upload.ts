import { AppError } from '../../runtime/errors.ts';
import { rateLimitHeaders } from '../../runtime/rate-limit-headers.ts';
import type { Change } from '../../data/rules/change.ts';
import type { PhotoId } from '../../runtime/ids.ts';
import { contentRef, yearRef } from '../../data/model/entity-refs.ts';
import type { Photo, PlacementStatus, TakenAt, User } from '../../data/model/records.ts';
import { irreplaceableBytes } from '../../data/model/stored-objects.ts';
import type { DecodeLag } from './decode-lag.ts';
import { makeVariantsRef } from './make-variants.job.ts';
import type { ReceivedUpload } from './receive-upload.ts';

export interface PlacementDeps {
  limits: { quotaBytes: number };
  decodeLag: Pick<DecodeLag, 'expected'>;
}

/** Bytes in the bucket, and what their owner says about them. */
export interface Placement {
  /** The id of the photo, if it becomes a new one. */
  id: PhotoId;
  upload: ReceivedUpload;
  caption: string;
  alt: string;
  takenAt?: TakenAt | undefined;
  /** Bytes that are set aside for this upload in the account's quota. */
  reservedBytes?: number;
  /** Make a new photo even of bytes that are there already. */
  allowDuplicates: boolean;
}

export interface PlacedUpload {
  status: PlacementStatus;
  photo: Photo;
  /** Whether the photo refers to the object of this upload; if not, the object can be removed. */
  keepsUpload: boolean;
}

/**
 * Makes a photo of received bytes, with the task that makes its variants. Bytes that the user has already give the photo
 * that has them, restored from the trash if necessary.
 * @throws AppError quota-exceeded, before a write; digest-mismatch
 */
export async function placeUpload(change: Change, deps: PlacementDeps, placement: Placement): Promise<PlacedUpload> {
  const duplicate = placement.allowDuplicates ? undefined : await duplicateOf(change, placement.upload);
  return duplicate ?? { status: 'created', photo: await addNew(change, deps, placement), keepsUpload: true };
}

/** The entities that `placeUpload` reads. */
export const placementRefs = ({ upload, takenAt = upload.facts.takenAt }: Placement) => [
  contentRef(upload.sha256),
  yearRef(takenAt.local),
];

async function addNew(change: Change, { limits, decodeLag }: PlacementDeps, placement: Placement): Promise<Photo> {
  const { id, upload, caption, alt } = placement;
  const { facts, ...stored } = upload;
  const { bytes, reservedBytes } = await change.account.read();
  const others = reservedBytes - (placement.reservedBytes ?? 0);
  requireRoom(limits, { bytes, reservedBytes: others }, irreplaceableBytes(upload));
  const { width, height, camera, location, tags, rating } = facts;
  const shown = { width, height, camera, location, tags, rating, placeholder: null, color: null };
  const takenAt = placement.takenAt
    ? { takenAt: placement.takenAt, fileSays: { takenAt: facts.takenAt } }
    : { takenAt: facts.takenAt };
  const waitMs = decodeLag.expected();
  const expectedAtMs = waitMs === undefined ? null : change.now + waitMs;
  const photo = await change.photos.add({ ...stored, ...shown, ...takenAt, id, caption, alt, expectedAtMs });
  change.outbox.enqueue(makeVariantsRef, { user: photo.user, photo: id });
  return photo;
}

/**
 * The user's photo with the same bytes: as it is, or restored from the trash. A checksum that is only announced makes no
 * duplicates: the bucket's own checksums must agree, or a wrong announcement would replace the bytes that really have it.
 */
async function duplicateOf(change: Change, upload: ReceivedUpload): Promise<PlacedUpload | undefined> {
  const claimed = await change.photos.withBytes(upload.sha256);
  const duplicates = claimed.filter((photo) => haveSameBytes(photo, upload));
  if (duplicates.length === 0 && isDisproved(upload, claimed)) throw notAsAnnounced();
  const duplicate = duplicates.find((photo) => photo.trashedAt === null) ?? duplicates[0];
  if (!duplicate) return undefined;
  if (duplicate.trashedAt === null) return { status: 'duplicate', photo: duplicate, keepsUpload: false };
  return { status: 'restored', photo: await change.photos.restore(duplicate.id), keepsUpload: false };
}

type Fingerprint = Pick<Photo, 'bytes' | 'crc32c' | 'md5'>;

/** A bucket need not know the md5 of every object. */
const haveSameBytes = (a: Fingerprint, b: Fingerprint) =>
  a.bytes === b.bytes && a.crc32c === b.crc32c && (a.md5 ?? b.md5) === (b.md5 ?? a.md5);

/** Whether other bytes are proved to have the checksum that is only announced here. */
const isDisproved = ({ digest }: ReceivedUpload, claimed: Photo[]) =>
  digest === 'claimed' && claimed.some((photo) => photo.digest === 'proved');

/** The refusal of bytes that arrived in an upload session, which has ended, with another sha256 than announced. */
export const notAsAnnounced = () =>
  new AppError(
    'digest-mismatch',
    'The bytes that arrived have another sha256 than announced. Open another upload and send the file again.',
  );

/** What an account holds: bytes of its photos, and bytes set aside for its open uploads. */
type Held = Pick<User, 'bytes' | 'reservedBytes'>;

/** An account has no room for more bytes. */
export class QuotaExceeded extends AppError {
  /** Bytes that are set aside for the account's open uploads. */
  readonly reservedBytes: number;

  constructor(quotaBytes: number, { bytes: usedBytes, reservedBytes }: Held) {
    const left = Math.max(0, quotaBytes - usedBytes - reservedBytes);
    const orEnd = reservedBytes > 0 ? ', or end open uploads' : '';
    super('quota-exceeded', `The account has no room for this photo. Empty the trash or delete photos${orEnd}.`, {
      extra: { maxBytes: quotaBytes, usedBytes, reservedBytes },
      headers: rateLimitHeaders({ name: 'storage', quota: quotaBytes, unit: 'content-bytes', left }),
    });
    this.reservedBytes = reservedBytes;
  }
}

/**
 * Makes sure that an account has room for `bytes` more.
 * @throws QuotaExceeded
 */
export function requireRoom({ quotaBytes }: { quotaBytes: number }, held: Held, bytes: number): void {
  if (bytes > quotaBytes - held.bytes - held.reservedBytes) throw new QuotaExceeded(quotaBytes, held);
}
