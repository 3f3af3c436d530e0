import type { Clock } from '../../runtime/clock.ts';
import { AppError } from '../../runtime/errors.ts';
import { cleanFileName } from '../../http/forms/file-name.ts';
import type { Change } from '../../data/rules/change.ts';
import type { Library } from '../../data/commit/group-commit.ts';
import { newUploadId, type UploadId, type UserId } from '../../runtime/ids.ts';
import { newOriginalName, newPreviewName } from '../../objects/object-names.ts';
import { commitOnce } from '../../data/commit/idempotency.ts';
import { isOpen, type Upload } from '../../data/model/records.ts';
import type { Store } from '../../data/read/store.ts';
import { CommitInDoubt } from '../../data/commit/transact.ts';
import { tooManyUploads } from '../../data/rules/upload-changes.ts';
import type { DirectUploads } from '../../objects/direct-uploads.ts';
import { QuotaExceeded, requireRoom } from '../photos/place-upload.ts';
import type { ServiceSpace } from '../photos/service-space.ts';
import { wasRejected } from './photo-of.ts';
import { LARGEST_UPLOAD_BYTES, type UploadRequest } from './schemas.ts';
import { endUploads, type EndDeps } from './end-uploads.ts';
import { askSessions } from './session-states.ts';

/** How long an upload may take until it becomes a photo, in milliseconds. */
const UPLOAD_LIFE_MS = 24 * 3_600_000;

export interface OpenUploadDeps {
  store: Store;
  library: Library;
  directUploads: DirectUploads;
  clock: Clock;
  serviceSpace: ServiceSpace;
  limits: { quotaBytes: number };
}

interface Opening {
  wanted: UploadRequest;
  /** The origin of the page that will send the bytes. */
  origin?: string | undefined;
  idempotencyKey: string | undefined;
}

/**
 * Opens a session straight to the bucket for one file. Nothing of it shows before it becomes a photo.
 * @throws AppError file-too-large, quota-exceeded, service-full, too-many-uploads, idempotency-mismatch, and `gone` to a
 *   key whose upload has expired.
 */
export async function openUpload(
  deps: OpenUploadDeps,
  user: UserId,
  { wanted, origin, idempotencyKey: key }: Opening,
): Promise<{ upload: Upload; replayed: boolean }> {
  requireSize(wanted.bytes);
  await deps.serviceSpace.requireOpen();
  // A request that only repeats an earlier one needs no second place, and only the transaction knows.
  if (key === undefined) await requireSpace(deps, user, wanted.bytes);
  const opened = await openSession(deps, user, { wanted, origin });
  const keep = () =>
    commitOnce(deps.library, user, {
      key,
      content: ['upload', wanted],
      reads: [],
      run: (change) => keepOpened(change, deps.limits, opened),
      recordOf: ({ id }): UploadId => id,
      replay: stillGood,
    });
  const { result, replayed } = await committed(deps, opened, () => withPlace(deps, user, keep));
  if (result.id !== opened.id) await deps.directUploads.cancel(opened.session);
  return { upload: result, replayed };
}

/** Sets the bytes aside in the transaction that keeps the upload: of many at once, only those that fit are kept. */
async function keepOpened(change: Change, limits: { quotaBytes: number }, upload: Upload): Promise<Upload> {
  requireRoom(limits, await change.account.read(), upload.bytes);
  await change.uploads.keep(upload);
  return upload;
}

async function openSession(
  { store, directUploads, clock }: OpenUploadDeps,
  user: UserId,
  { wanted: { bytes, type, sha256, fileName = '', previewOf }, origin }: Pick<Opening, 'wanted' | 'origin'>,
): Promise<Upload> {
  const object = previewOf ? newPreviewName(await originalOf(store, user, previewOf)) : newOriginalName(user);
  const session = await directUploads.open(object, { type, bytes, origin });
  const expiresAt = clock.now() + UPLOAD_LIFE_MS;
  return {
    id: newUploadId(),
    object,
    session,
    bytes,
    reservedBytes: bytes,
    type,
    sha256,
    fileName: cleanFileName(fileName) || null,
    previewOf,
    expiresAt,
  };
}

/** The object of an open upload that may have a preview. */
async function originalOf(store: Store, user: UserId, id: UploadId): Promise<string> {
  const [original] = await store.uploads(user, [id]);
  if (original && isOpen(original) && !original.previewOf && !original.byGrant) return original.object;
  const message = 'is no open upload of a picture';
  throw new AppError('invalid-request', `/previewOf: ${message}.`, {
    errors: [{ pointer: '/previewOf', code: 'not-found', message }],
  });
}

/** Keeps an upload. If there is no place or no room for it, frees those of ended sessions and tries once more. */
export async function withPlace<T>(deps: OpenUploadDeps, user: UserId, keep: () => Promise<T>): Promise<T> {
  try {
    return await keep();
  } catch (error) {
    if (!isTooMany(error) && !isForReserved(error)) throw error;
  }
  const nextEnd = await freePlaces(deps, user);
  try {
    return await keep();
  } catch (error) {
    if (!isTooMany(error)) throw error;
    throw tooManyUploads(nextEnd && Math.max(1, Math.ceil((nextEnd - deps.clock.now()) / 1000)));
  }
}

/** Whether there would be room if no uploads were open. */
const isForReserved = (error: unknown) => error instanceof QuotaExceeded && error.reservedBytes > 0;

const isTooMany = (error: unknown) => error instanceof AppError && error.code === 'too-many-uploads';

/** Ends the session when it is known that no entity names it. */
async function committed<T>({ directUploads }: OpenUploadDeps, { session }: Upload, commit: () => Promise<T>) {
  try {
    return await commit();
  } catch (error) {
    if (!(error instanceof CommitInDoubt)) await directUploads.cancel(session);
    throw error;
  }
}

/** @throws AppError file-too-large */
export function requireSize(bytes: number): void {
  if (bytes <= LARGEST_UPLOAD_BYTES) return;
  throw new AppError('file-too-large', `A file must not be larger than ${LARGEST_UPLOAD_BYTES} bytes.`, {
    extra: { maxBytes: LARGEST_UPLOAD_BYTES },
  });
}

/** Checks early, so that a full account opens no session at the bucket. */
async function requireSpace({ store, limits }: OpenUploadDeps, user: UserId, bytes: number): Promise<void> {
  // Only the transaction counts what open uploads have set aside: it may be freed.
  requireRoom(limits, { bytes: (await store.user(user))?.bytes ?? 0, reservedBytes: 0 }, bytes);
}

/** The upload of an earlier request with this key, unless it cannot become a photo any more. */
async function stillGood(change: Change, id: UploadId): Promise<Upload> {
  const upload = await change.uploads.get(id);
  if (upload && upload.endedAt === undefined && !(await wasRejected(change, upload))) return upload;
  throw new AppError('gone', 'The upload that this key opened has ended. Open another one with a new key.');
}

interface FreeDeps extends EndDeps {
  clock: Clock;
}

/** Sessions that are asked, or ended, before the next check whether there is a place. */
const SESSIONS_PER_STEP = 40;

/**
 * Frees the places of a user's open uploads, the oldest first, that have expired or whose sessions were ended at the
 * bucket.
 * @returns when the first of the others expires, in milliseconds since the Unix epoch; undefined without any
 * @throws AppError `unavailable`
 */
async function freePlaces(deps: FreeDeps, user: UserId): Promise<number | undefined> {
  const open = (await deps.store.openUploads(user)).toSorted((a, b) => a.expiresAt - b.expiresAt);
  const others = open.filter(({ expiresAt }) => expiresAt > deps.clock.now());
  const expired = open.slice(0, open.length - others.length).slice(0, SESSIONS_PER_STEP);
  await Promise.all(expired.map(({ session }) => deps.directUploads.cancel(session)));
  const ended = expired.length > 0 ? expired : await firstEnded(deps, others);
  if (ended.length > 0) {
    const ids = ended.map(({ id }) => id);
    await endUploads(deps.library, user, ids);
  }
  return others.find((upload) => !ended.includes(upload))?.expiresAt;
}

async function firstEnded({ directUploads }: FreeDeps, uploads: Upload[]): Promise<Upload[]> {
  for (let first = 0; first < uploads.length; first += SESSIONS_PER_STEP) {
    const asked = await askSessions(directUploads, uploads.slice(first, first + SESSIONS_PER_STEP));
    const ended = asked.filter(({ state }) => state.kind === 'ended').map(({ upload }) => upload);
    if (ended.length > 0) return ended;
  }
  return [];
}
