import { AppError } from '../../runtime/errors.ts';
import type { JobRef } from '../model/job-ref.ts';
import type { PhotoId, UserId } from '../../runtime/ids.ts';
import type { Photo, RejectionReason } from '../model/records.ts';
import type { ChangeContext } from './change-context.ts';

/** What the `erase-objects` job removes: objects that no entity names any more. */
export interface Erasure {
  user: UserId;
  objects: string[];
  /** Photos whose variants are removed. */
  photos: PhotoId[];
  /** How the names of further objects begin. */
  prefixes?: string[];
}

/** The job that removes objects from the bucket that a change has made superfluous. The change itself enqueues it. */
export const eraseObjectsRef: JobRef<Erasure> = { name: 'erase-objects' };

export interface ObjectChanges {
  /** Has a task remove objects that no photo refers to. */
  erase(objects: readonly string[]): void;
  /** Has a task remove all objects whose names begin so. */
  eraseAll(prefix: string): void;
}

export const objectChanges = ({ userId, outbox }: ChangeContext): ObjectChanges => ({
  erase(objects) {
    if (objects.length > 0) outbox.enqueue(eraseObjectsRef, { user: userId, objects: [...objects], photos: [] });
  },
  eraseAll(prefix) {
    outbox.enqueue(eraseObjectsRef, { user: userId, objects: [], photos: [], prefixes: [prefix] });
  },
});

/** What is kept of an erased photo while the change feed reports it: that it existed, and why it was rejected. */
export const tombstoneOf = (
  {
    preview: _preview,
    albums: _albums,
    tags: _tags,
    rating: _rating,
    foundPlace: _found,
    ownPlace: _own,
    ...photo
  }: Photo,
  now: number,
  reason?: RejectionReason,
): Photo => ({
  ...photo,
  caption: '',
  alt: '',
  fileName: null,
  takenAt: { local: '0001-01-01T00:00:00', offset: null, utc: null, source: 'upload', precision: 'second' },
  timelineAt: undefined,
  bytes: 0,
  sha256: '',
  crc32c: '',
  md5: null,
  camera: { make: null, model: null, lens: null },
  location: null,
  fileSays: {},
  placeholder: null,
  color: null,
  trashedAt: photo.trashedAt ?? now,
  erasedAt: now,
  erasedFor: reason,
});

/** How long the change feed reports that a photo was erased, in milliseconds. */
export const FEED_HORIZON_MS = 90 * 24 * 3_600_000;

/** When the feed stops reporting it, in milliseconds since the Unix epoch. */
export const tombstoneEnd = (photo: Photo) => (photo.erasedAt ?? Infinity) + FEED_HORIZON_MS;

export const isForgettable = (photo: Photo, now: number) => tombstoneEnd(photo) <= now;

export const isErased = (photo: Photo) => photo.erasedAt !== undefined;

/** The error for a photo that does not exist: `gone` with the reason where the service rejected it, else `not-found`. */
export function absent(tombstone: Photo | undefined): AppError {
  const reason = tombstone?.erasedFor;
  if (reason === undefined) return new AppError('not-found', 'There is no such photo.');
  return new AppError(
    'gone',
    'This photo was removed: its bytes have another sha256 than announced. Open another upload and send the file again.',
    { extra: { reason } },
  );
}

/** The error for a user whose account is erased. */
export const accountErased = () =>
  new AppError(
    'account-erased',
    'This account was erased. To begin with a new and empty one, sign in by POST /v1/session.',
  );

export const isAccountErased = (error: unknown): boolean =>
  error instanceof AppError && error.code === 'account-erased';

/** Whether an error says that a photo or its account does not exist. */
export const isAbsence = (error: unknown): boolean =>
  isAccountErased(error) || (error instanceof AppError && ['not-found', 'gone'].includes(error.code));
