import type { Bucket } from '@google-cloud/storage';
import type { PhotoId, UserId } from '../../runtime/ids.ts';
import { originalsPrefix, photoIdIn, userVariantsPrefix } from '../../objects/object-names.ts';
import type { Store } from '../../data/read/store.ts';
import { listObjects, type ListedObject } from '../../objects/list-objects.ts';
import type { AuditedRange } from './compare.ts';

interface ReadRangeDeps {
  store: Store;
  bucket: Bucket;
}

/** Photos of one range. They fit in memory, and take seconds to compare. */
const MAX_PHOTOS = 500;
/** Objects of one kind in a range, roughly. */
const MAX_OBJECTS = 3000;

/** One range, and the last photo in it, or undefined if it reaches the end. */
interface ReadRange extends AuditedRange {
  upTo: PhotoId | undefined;
}

/**
 * Reads the photos after the id `after`, and lists the originals and variants of the same ids. If one of the three
 * exceeds its limit, the range ends there for all of them.
 */
export async function readRange({ store, bucket }: ReadRangeDeps, user: UserId, after: string): Promise<ReadRange> {
  const photos = await store.photosAfter(user, after, MAX_PHOTOS);
  const lastPhoto = photos.length < MAX_PHOTOS ? undefined : photos.at(-1)?.id;
  const list = (prefix: string) =>
    // Names of variants and previews continue with a slash after the id. `0` is the next character after the slash.
    listObjects(
      bucket,
      { prefix, from: `${prefix}${after}0`, until: lastPhoto && `${prefix}${lastPhoto}0` },
      MAX_OBJECTS,
    );
  const [originals, variants] = await Promise.all([list(originalsPrefix(user)), list(userVariantsPrefix(user))]);
  const upTo = earliest(lastPhoto, cutOf(originals), cutOf(variants));
  const within = (id: string) => upTo === undefined || id <= upTo;
  const named = ({ name }: ListedObject) => within(photoIdIn(name));
  return {
    photos: photos.filter(({ id }) => within(id)),
    originals: originals.filter(named),
    variants: variants.filter(named),
    upTo,
  };
}

/** Returns the last id whose objects are all in a list that may have been cut off. */
function cutOf(objects: ListedObject[]): PhotoId | undefined {
  if (objects.length < MAX_OBJECTS) return undefined;
  const last = photoIdIn(objects.at(-1)?.name ?? '');
  const before = objects.findLast(({ name }) => photoIdIn(name) !== last);
  return before && photoIdIn(before.name);
}

function earliest(...ids: (PhotoId | undefined)[]): PhotoId | undefined {
  const known = ids.filter((id) => id !== undefined).toSorted();
  return known[0];
}
