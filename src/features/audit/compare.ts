import { isErased } from '../../data/rules/erasure.ts';
import type { PhotoId } from '../../runtime/ids.ts';
import { photoIdIn } from '../../objects/object-names.ts';
import type { Photo } from '../../data/model/records.ts';
import type { ListedObject } from '../../objects/list-objects.ts';
import { COMMON_FORMAT } from '../../pictures/variants/picture-format.ts';
import { EAGER_SIZES } from '../../pictures/variants/sizes.ts';
import { recipeOf, variantName } from '../photos/recipe.ts';

/**
 * How old an object must be before it can count as left over: older than any upload can be on its way (a day, for one
 * that goes straight to the bucket), and than any commit can be in doubt.
 */
export const GRACE = 3 * 24 * 3_600_000;

/** Photos that still wait for their smaller sizes after that long have lost their task. Milliseconds. */
const LONGEST_WAIT = 24 * 3_600_000;

/** A stretch of one user's photos, with all objects that can belong to them. */
export interface AuditedRange {
  photos: Photo[];
  /** Previews among them. */
  originals: ListedObject[];
  renditions: ListedObject[];
}

/** What does not fit together, at first sight. */
export interface Findings {
  /** Photos without their original, or without the preview that came with it. */
  missing: PhotoId[];
  /** Photos whose original is not, by size or checksum, what was stored. */
  damaged: PhotoId[];
  /** Photos whose smaller sizes should be there and are not. */
  incomplete: PhotoId[];
  /** Objects of no photo. */
  leftOver: string[];
}

/** Holds rows and objects against each other, without reading a byte. */
export function compare({ photos, originals, renditions }: AuditedRange, now: number): Findings {
  const living = photos.filter((photo) => !isErased(photo));
  const ids = new Set(living.map(({ id }) => id));
  const objects = new Map(originals.map((object) => [object.name, object]));
  const made = new Set(renditions.map(({ name }) => name));
  const findings: Findings = { missing: [], damaged: [], incomplete: [], leftOver: [] };
  for (const photo of living) {
    const original = objects.get(photo.object);
    if (!original || (photo.preview && !objects.has(photo.preview.object))) findings.missing.push(photo.id);
    else if (!isAsStored(photo, original)) findings.damaged.push(photo.id);
    else if (isIncomplete(photo, made, now)) findings.incomplete.push(photo.id);
  }
  for (const { name, createdAt } of [...originals, ...renditions]) {
    if (!ids.has(photoIdIn(name)) && now - createdAt >= GRACE) findings.leftOver.push(name);
  }
  return findings;
}

/** A bucket need not know the md5 of every object. */
const isAsStored = (photo: Photo, { size, crc32c, md5 }: ListedObject) =>
  photo.bytes === size && photo.crc32c === crc32c && (photo.md5 === null || md5 === null || photo.md5 === md5);

function isIncomplete(photo: Photo, made: Set<string>, now: number): boolean {
  if (photo.state === 'pending') return now - photo.postedAt >= LONGEST_WAIT;
  return (
    photo.state === 'ready' &&
    EAGER_SIZES.some((size) => !made.has(variantName(photo, size, COMMON_FORMAT, recipeOf(photo))))
  );
}
