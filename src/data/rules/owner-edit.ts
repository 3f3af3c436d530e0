import type { FileSays, Photo } from '../model/records.ts';

/** What an edit by the owner may set. Of fields that the file has too, null restores the file's value. */
export type PhotoEdit = Partial<Pick<Photo, 'caption' | 'alt' | 'favourite' | 'archived'>> & {
  [Field in keyof FileSays]?: FileSays[Field] | null;
};

/** A photo with its owner's edit applied. Any number of edits can be undone. */
export function withEdit(photo: Photo, { takenAt, location, ...plain }: PhotoEdit): Photo {
  return withOwnerValue(withOwnerValue({ ...photo, ...plain }, 'takenAt', takenAt), 'location', location);
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
