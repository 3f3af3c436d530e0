import { isErased } from '../../data/rules/erasure.ts';
import type { PhotoId } from '../../runtime/ids.ts';
import { photoIdIn } from '../../objects/object-names.ts';
import type { Photo } from '../../data/model/records.ts';
import type { ListedObject } from '../../objects/list-objects.ts';
import { COMMON_FORMAT } from '../../pictures/variants/picture-format.ts';
import { EAGER_SIZES } from '../../pictures/variants/sizes.ts';
import { recipeOf, rotationsIn, variantName } from '../photos/recipe.ts';

/**
 * Age from which an object without a photo counts as an orphan. It is more than the time of any upload (a day, for one
 * straight to the bucket), and more than the time that a commit can be in doubt.
 */
export const ORPHAN_AGE_MS = 3 * 24 * 3_600_000;

/** A photo that is pending for longer has lost its task. */
const MAX_PENDING_MS = 24 * 3_600_000;

/** A range of one user's photos, with all objects that can belong to them. */
export interface AuditedRange {
  photos: Photo[];
  /** Originals and previews. */
  originals: ListedObject[];
  variants: ListedObject[];
}

/** Differences between entities and objects. */
export interface AuditFindings {
  /** Photos without their original, or without the preview that came with it. */
  missing: PhotoId[];
  /** Photos whose original has another size or checksum than stored. */
  damaged: PhotoId[];
  /** Photos that lack variants which should exist. */
  incomplete: PhotoId[];
  /** Names of objects without a photo, and of variants from before the last rotation. */
  orphans: string[];
}

/** Compares entities with the list of objects. It reads no object's bytes. */
export function compare({ photos, originals, variants }: AuditedRange, now: number): AuditFindings {
  const living = photos.filter((photo) => !isErased(photo));
  const byId = new Map(living.map((photo) => [photo.id, photo]));
  const objects = new Map(originals.map((object) => [object.name, object]));
  const made = new Set(variants.map(({ name }) => name));
  const findings: AuditFindings = { missing: [], damaged: [], incomplete: [], orphans: [] };
  for (const photo of living) {
    const original = objects.get(photo.object);
    if (!original || (photo.preview && !objects.has(photo.preview.object))) findings.missing.push(photo.id);
    else if (!isAsStored(photo, original)) findings.damaged.push(photo.id);
    else if (isIncomplete(photo, made, now)) findings.incomplete.push(photo.id);
  }
  for (const { name, createdAt } of [...originals, ...variants]) {
    const photo = byId.get(photoIdIn(name));
    const belongs = photo && (rotationsIn(name) ?? photo.rotations) === photo.rotations;
    if (!belongs && now - createdAt >= ORPHAN_AGE_MS) findings.orphans.push(name);
  }
  return findings;
}

/** Some objects have no md5. */
const isAsStored = (photo: Photo, { size, crc32c, md5 }: ListedObject) =>
  photo.bytes === size && photo.crc32c === crc32c && (photo.md5 === null || md5 === null || photo.md5 === md5);

function isIncomplete(photo: Photo, made: Set<string>, now: number): boolean {
  if (photo.state === 'pending')
    return now - Math.max(photo.postedAt, photo.processing.nextAttemptAt ?? 0) >= MAX_PENDING_MS;
  return (
    photo.state === 'ready' &&
    EAGER_SIZES.some((size) => !made.has(variantName(photo, size, COMMON_FORMAT, recipeOf(photo))))
  );
}
