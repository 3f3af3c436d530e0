import { accountErased } from '../../../data/rules/erasure.ts';
import type { Photo } from '../../../data/model/records.ts';
import { presentProblem } from '../../../http/replies/problem.ts';
import { AppError } from '../../../runtime/errors.ts';
import type { AlbumId, PhotoId, UserId } from '../../../runtime/ids.ts';
import { requireRoom } from '../../photos/place-upload.ts';
import type { ServiceSpace } from '../../photos/service-space.ts';
import type { UploadDeps } from '../../photos/upload-photo.ts';
import type { Album } from '../album.ts';
import type { AlbumResult } from '../change-photos.ts';
import { copyPhotoRef, isShownIn } from './copy-photo.job.ts';
import type { FollowDeps } from './follow-album.ts';
import { readAlbumView } from './view.ts';

export interface StartCopiesDeps extends FollowDeps {
  limits: UploadDeps['limits'];
  serviceSpace: ServiceSpace;
}

interface WantedCopies {
  user: UserId;
  album: AlbumId;
  /** An id that was invalid is its own fault. */
  ids: readonly (PhotoId | AppError)[];
  /** Whose photos they are. Without it they are looked for among those of all others. */
  member?: UserId | undefined;
}

/** A photo of another user, which that user's part of the album shows. */
interface Found {
  photo: Photo;
  part: Album;
}

/**
 * Has tasks copy photos of other users of an album into the library of a user, with a result for each.
 * @throws AppError not-found, service-full; quota-exceeded where they have no room together
 */
export async function startCopies(
  deps: StartCopiesDeps,
  { user, album, ids, member }: WantedCopies,
): Promise<AlbumResult<'copying'>[]> {
  await deps.serviceSpace.requireOpen();
  const { together } = await readAlbumView(deps, user, album);
  const others = (together?.parts ?? []).filter((part) => part.user !== user && (member ?? part.user) === part.user);
  const valid = ids.flatMap((id) => (id instanceof AppError ? [] : id));
  const photos = (await Promise.all(others.map(async (part) => photosOf(deps, part, valid)))).flat();
  const found = new Map(photos.map((each) => [each.photo.id, each]));
  const account = await deps.store.user(user);
  if (!account) throw accountErased();
  if (found.size > 0) requireRoom(deps.limits, account, bytesOf([...found.values()]));
  await deps.library.commit(user, async ({ outbox }) => {
    for (const { photo, part } of found.values()) {
      outbox.enqueueOnce(copyPhotoRef, { user, album, from: part.user, photo: photo.id });
    }
  });
  return ids.map((id) => {
    if (id instanceof AppError) return { problem: presentProblem(id) };
    return found.has(id) ? { status: 'copying', id } : { problem: presentProblem(notThere()) };
  });
}

const notThere = () => new AppError('not-found', 'This is no photo of another user in this album.');

async function photosOf({ store }: StartCopiesDeps, part: Album, ids: readonly PhotoId[]): Promise<Found[]> {
  const photos = await store.photos(part.user, ids);
  return photos.filter((photo) => isShownIn(photo, part.id)).map((photo) => ({ photo, part }));
}

/** Of a picture that is made for the copy only its existence is known. */
const bytesOf = (found: readonly Found[]) =>
  found.reduce((bytes, { photo, part }) => bytes + (part.originals ? photo.bytes : 1), 0);
