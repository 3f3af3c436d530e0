import { z } from 'zod';
import { defineJob, UserIdText } from '../../../background/define-job.ts';
import type { Library } from '../../../data/commit/group-commit.ts';
import { CommitInDoubt } from '../../../data/commit/transact.ts';
import type { JobRef } from '../../../data/model/job-ref.ts';
import type { Photo } from '../../../data/model/records.ts';
import { photoRef } from '../../../data/model/entity-refs.ts';
import type { Store } from '../../../data/read/store.ts';
import { originalName, photoIdIn, previewNameFor } from '../../../objects/object-names.ts';
import { COMMON_FORMAT } from '../../../pictures/variants/picture-format.ts';
import { AppError, isPassing } from '../../../runtime/errors.ts';
import { newPhotoId, type AlbumId, type PhotoId, type UserId } from '../../../runtime/ids.ts';
import { rotatedSize } from '../../../runtime/rotation.ts';
import { PhotoFiles } from '../../photos/photo-files.ts';
import type { PhotoVariants } from '../../photos/photo-variants.ts';
import {
  placementRefs,
  placeUpload,
  type PlacedUpload,
  type Placement,
  type PlacementDeps,
} from '../../photos/place-upload.ts';
import { discardUpload, type ReceiveDeps, type ReceivedUpload } from '../../photos/receive-upload.ts';
import { PhotoIdParam } from '../../photos/schemas.ts';
import type { Album } from '../album.ts';
import { AlbumIdParam } from '../schemas.ts';
import { readAlbumView } from './view.ts';

interface CopyPhotoDeps extends ReceiveDeps, PlacementDeps {
  store: Store;
  library: Library;
  photoVariants: Pick<PhotoVariants, 'find' | 'make'>;
}

interface Copy {
  user: UserId;
  album: AlbumId;
  from: UserId;
  photo: PhotoId;
}

export const copyPhotoRef: JobRef<Copy> = { name: 'copy-photo' };

/**
 * Copies a photo of another user of an album into the library of a user: the file as it was uploaded where that user
 * permits it, or else the largest picture, which carries no metadata. Bytes that the user has already make no second photo.
 */
export const copyPhoto = defineJob({
  ...copyPhotoRef,
  payload: z.object({ user: UserIdText, album: AlbumIdParam, from: UserIdText, photo: PhotoIdParam }),
  async run(deps: CopyPhotoDeps, copy) {
    try {
      const { photo, part } = await stillShown(deps, copy);
      return part.originals ? await copyOriginal(deps, copy.user, photo) : await copyPicture(deps, copy.user, photo);
    } catch (error) {
      if (!(error instanceof AppError) || isPassing(error.code)) throw error;
      return `refused: ${error.code}`;
    }
  },
});

/** Whether an album shows a photo of its part. */
export const isShownIn = ({ trashedAt, albums }: Photo, album: AlbumId): boolean =>
  trashedAt === null && albums?.[album] !== undefined;

/** Both users may have left the album since the copy was wanted. @throws AppError not-found */
async function stillShown(
  deps: CopyPhotoDeps,
  { user, album, from, photo: id }: Copy,
): Promise<{ photo: Photo; part: Album }> {
  const { together } = await readAlbumView(deps, user, album);
  const part = together?.parts.find((each) => each.user === from);
  const photo = part && (await deps.store.photo(from, id));
  if (!photo || !isShownIn(photo, album)) throw new AppError('not-found', 'The album no longer shows this photo.');
  return { photo, part };
}

async function copyPicture(deps: CopyPhotoDeps, user: UserId, photo: Photo): Promise<string> {
  const found =
    (await deps.photoVariants.find(photo, 'large', [COMMON_FORMAT])) ??
    (await deps.photoVariants.make(photo, 'large', COMMON_FORMAT));
  await using files = new PhotoFiles(deps);
  const maxBytes = found.bytes.length;
  const bytes = wholeFile(found.bytes);
  await files.receive({ kind: 'file', field: 'image', name: '', type: '', maxBytes, bytes }, user);
  const placement = { ...placementOf(photo, files.complete([])), takenAt: photo.takenAt };
  const placed = placeCopy(deps, user, placement);
  const { status } = await files.keepFor(placed.then((each) => ({ ...each, replayed: false })));
  return status;
}

async function* wholeFile(bytes: Buffer): AsyncGenerator<Buffer, undefined> {
  yield bytes;
}

/** Copies the objects within the bucket: no byte of them passes through here. */
async function copyOriginal(deps: CopyPhotoDeps, user: UserId, photo: Photo): Promise<string> {
  const object = originalName(user, newPhotoId());
  const upload = uploadOf(photo, object);
  let isKept = false;
  try {
    await deps.blobs.copy(photo.object, object);
    if (photo.preview && upload.preview) await deps.blobs.copy(photo.preview.object, upload.preview.object);
    const isSet = photo.fileSays?.takenAt !== undefined;
    const placement = { ...placementOf(photo, upload), takenAt: isSet ? photo.takenAt : undefined };
    const { status, keepsUpload } = await placeCopy(deps, user, placement, photo.rotation);
    isKept = keepsUpload;
    return status;
  } catch (error) {
    isKept = error instanceof CommitInDoubt;
    throw error;
  } finally {
    if (!isKept) await discardUpload(deps, upload);
  }
}

/** What is known of the copied file: of time and place what the file itself says. */
function uploadOf(photo: Photo, object: string): ReceivedUpload {
  const { type, bytes, sha256, digest, crc32c, md5, camera, rotation, preview, fileSays = {} } = photo;
  const { takenAt = photo.takenAt, location = photo.location } = fileSays;
  // What the file says, no user has set.
  const said = takenAt as ReceivedUpload['facts']['takenAt'];
  const facts = { ...rotatedSize(photo, -rotation), takenAt: said, camera, location };
  const shown = preview?.shown && rotatedSize(preview.shown, -rotation);
  return {
    object,
    bytes,
    sha256,
    digest,
    crc32c,
    md5,
    facts,
    type: type as ReceivedUpload['type'],
    fileName: null,
    ...(preview && { preview: { ...preview, object: previewNameFor(object), ...(shown && { shown }) } }),
  };
}

const placementOf = ({ caption, alt }: Photo, upload: ReceivedUpload) => ({
  id: photoIdIn(upload.object),
  upload,
  caption,
  alt,
  allowDuplicates: false,
});

const placeCopy = (
  deps: CopyPhotoDeps,
  user: UserId,
  placement: Placement,
  rotation: Photo['rotation'] = 0,
): Promise<PlacedUpload> =>
  deps.library.commit(
    user,
    async (change) => {
      const placed = await placeUpload(change, deps, placement);
      if (rotation === 0 || placed.status !== 'created') return placed;
      return { ...placed, photo: await change.photos.edit(placed.photo.id, { rotation }) };
    },
    [photoRef(placement.id), ...placementRefs(placement)],
  );
