import type { Bucket } from '@google-cloud/storage';
import type { PhotoId, UserId } from '../../runtime/ids.ts';
import { originalsPrefix, photoIdIn, userVariantsPrefix } from '../../objects/object-names.ts';
import type { Store } from '../../data/read/store.ts';
import { listObjects, type ListedObject } from '../../objects/list-objects.ts';
import type { AuditedRange } from './compare.ts';

export interface ReadRangeDeps {
  store: Store;
  bucket: Bucket;
}

/** Photos of one stretch: few enough to be held in memory and to be done within seconds. */
const PHOTOS = 500;
/** Objects of one kind in a stretch, at the most about that many. */
const OBJECTS = 3000;

/** One stretch, and the last photo that it covers; undefined at the end of all. */
export interface ReadRange extends AuditedRange {
  upTo: PhotoId | undefined;
}

/**
 * The photos that follow `after` in the order of their ids, and the objects named for ids in the same range. Where one
 * of the three has more than a stretch may hold, the stretch ends there for all of them.
 */
export async function readRange({ store, bucket }: ReadRangeDeps, user: UserId, after: string): Promise<ReadRange> {
  const photos = await store.photosAfter(user, after, PHOTOS);
  const lastPhoto = photos.length < PHOTOS ? undefined : photos.at(-1)?.id;
  const list = (prefix: string) =>
    // Names of renditions and previews go on behind the id with a slash; `0` comes right behind that.
    listObjects(bucket, { prefix, from: `${prefix}${after}0`, until: lastPhoto && `${prefix}${lastPhoto}0` }, OBJECTS);
  const [originals, renditions] = await Promise.all([list(originalsPrefix(user)), list(userVariantsPrefix(user))]);
  const upTo = earliest(lastPhoto, cutOf(originals), cutOf(renditions));
  const within = (id: string) => upTo === undefined || id <= upTo;
  const named = ({ name }: ListedObject) => within(photoIdIn(name));
  return {
    photos: photos.filter(({ id }) => within(id)),
    originals: originals.filter(named),
    renditions: renditions.filter(named),
    upTo,
  };
}

/** The last id of which surely all objects are in a list that may have been cut off. */
function cutOf(objects: ListedObject[]): PhotoId | undefined {
  if (objects.length < OBJECTS) return undefined;
  const last = photoIdIn(objects.at(-1)?.name ?? '');
  const before = objects.findLast(({ name }) => photoIdIn(name) !== last);
  return before && photoIdIn(before.name);
}

function earliest(...ids: (PhotoId | undefined)[]): PhotoId | undefined {
  const known = ids.filter((id) => id !== undefined).toSorted();
  return known[0];
}
