import type { FileSays, Photo } from '../model/records.ts';

/** What an edit by the owner may set. For what the file tells as well, null takes the owner's word back. */
export type PhotoEdit = Partial<Pick<Photo, 'caption' | 'alt' | 'favourite' | 'archived'>> & {
  [Field in keyof FileSays]?: FileSays[Field] | null;
};

/** A photo with its owner's edit applied. Any number of edits can be undone. */
export function withEdit(photo: Photo, { takenAt, location, ...plain }: PhotoEdit): Photo {
  return withWord(withWord({ ...photo, ...plain }, 'takenAt', takenAt), 'location', location);
}

/** Lets the owner's word stand before that of the file, which is put aside; with null, the other way round. */
function withWord<F extends keyof FileSays>(photo: Photo, field: F, word: FileSays[F] | null | undefined): Photo {
  if (word === undefined) return photo;
  const { [field]: aside, ...others }: Partial<FileSays> = photo.fileSays ?? {};
  const fromFile = aside === undefined ? photo[field] : aside;
  if (word === null) return { ...photo, [field]: fromFile, fileSays: others };
  return { ...photo, [field]: word, fileSays: { ...others, [field]: fromFile } };
}
