import { rotatedSize, type Rotation } from '../../runtime/rotation.ts';
import type { FileSays, Photo, PlaceName } from '../model/records.ts';

/** What an edit by the owner may set. Of fields that the file has too, null restores the file's value. */
export type PhotoEdit = Partial<Pick<Photo, 'caption' | 'alt' | 'favourite' | 'archived' | 'rotation'>> & {
  /** None at all: an empty array. */
  tags?: readonly string[];
  /** Null takes the rating away. */
  rating?: number | null;
  /** The owner's word on where a photo was taken; null takes it back. */
  place?: PlaceName | null | undefined;
} & {
  [Field in keyof FileSays]?: FileSays[Field] | null;
};

/**
 * A photo with its owner's edit applied. Any number of edits can be undone. `now` is in milliseconds since the Unix
 * epoch.
 */
export function withEdit(
  photo: Photo,
  { takenAt, location, rotation, tags, rating, place, ...plain }: PhotoEdit,
  now: number,
): Photo {
  const described = {
    ...photo,
    ...plain,
    ...(tags !== undefined && { tags: tags.length > 0 ? tags : undefined }),
    ...(rating !== undefined && { rating: rating ?? undefined }),
  };
  const edited = rotated(described, rotation ?? photo.rotation, now);
  const moved = withOwnerValue(withOwnerValue(edited, 'takenAt', takenAt), 'location', location);
  return withPlace(moved, photo.location, place);
}

/** A photo elsewhere waits until its new coordinates are looked up. */
function withPlace(photo: Photo, before: Photo['location'], place: PlaceName | null | undefined): Photo {
  const { location } = photo;
  const isThere = location?.latitude === before?.latitude && location?.longitude === before?.longitude;
  return {
    ...photo,
    foundPlace: isThere ? photo.foundPlace : undefined,
    ownPlace: place === undefined ? photo.ownPlace : (place ?? undefined),
  };
}

/** A photo turned by its owner. It waits for its new smaller sizes, unless it can have none. */
function rotated(photo: Photo, rotation: Rotation, now: number): Photo {
  if (rotation === photo.rotation) return photo;
  const degrees = rotation - photo.rotation;
  const { preview, state, processing } = photo;
  return {
    ...photo,
    rotation,
    rotations: photo.rotations + 1,
    ...rotatedSize(photo, degrees),
    ...(preview?.shown && { preview: { ...preview, shown: rotatedSize(preview.shown, degrees) } }),
    placeholder: null,
    ...(state === 'ready' && {
      state: 'pending',
      processing: { ...processing, lastError: null, nextAttemptAt: now },
    }),
  };
}

/** Sets the owner's value and keeps the file's value aside; null restores the file's value. */
function withOwnerValue<F extends keyof FileSays>(
  photo: Photo,
  field: F,
  value: FileSays[F] | null | undefined,
): Photo {
  if (value === undefined) return photo;
  const { [field]: aside, ...others }: Partial<FileSays> = photo.fileSays ?? {};
  const fromFile = aside === undefined ? photo[field] : aside;
  if (value === null) return { ...photo, [field]: fromFile, fileSays: others };
  return { ...photo, [field]: value, fileSays: { ...others, [field]: fromFile } };
}
