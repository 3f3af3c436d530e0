import { YearKind, PhotoKind, onTimeline } from '../../../src/data/model/entity-kinds.ts';
import { keyOfEntity, type Properties } from '../../../src/data/model/kind.ts';
import { isErased } from '../../../src/data/rules/erasure.ts';
import type { Photo } from '../../../src/data/model/records.ts';
import { startCloud, type CloudOnItsOwn } from '../../bench/local-cloud.ts';

/**
 * Checks the data folder of a stopped program. Throws unless the original of every photo is there in full, and the day
 * counts are those of the photos. Counts the objects that belong to no photo: a sweep deletes them.
 */
export async function inspectAtRest(dataDir: string, handle: string) {
  const world = await startCloud(dataDir);
  try {
    const everyones = await photosOf(world);
    const objects = new Map(
      (await world.bucket.getFiles())[0].map(({ name, metadata }) => [name, Number(metadata.size)]),
    );
    const kept = everyones.filter((photo) => !isErased(photo));
    for (const { id, object, bytes } of kept) {
      if (objects.get(object) !== bytes)
        throw new Error(`The original of ${id} is ${objects.get(object)} bytes of ${bytes}.`);
    }
    await daysMustAgree(world, handle, kept);
    const known = new Set(kept.map(({ object }) => object));
    const originals = [...objects.keys()].filter((name) => name.startsWith('originals/'));
    return { photosAtRest: kept.length, objectsWithoutPhoto: originals.filter((name) => !known.has(name)).length };
  } finally {
    await world.cloud.stop();
  }
}

/**
 * Notes in the data folder of a stopped program that its clock was watched until `now`. Without the note, deletions by age
 * wait for an hour after the start, as they do whenever the program was away for more than an hour.
 */
export async function noteSteadyClock(dataDir: string, now: number): Promise<void> {
  const { cloud, datastore } = await startCloud(dataDir);
  try {
    const mark = { since: now - 2 * 3_600_000, seen: now };
    await datastore.save({ key: datastore.key(['Clock', 'seen']), data: mark });
  } finally {
    await cloud.stop();
  }
}

async function photosOf({ datastore }: CloudOnItsOwn): Promise<Photo[]> {
  const [entities] = (await datastore.runQuery(datastore.createQuery('Photo'))) as [Properties[], unknown];
  return entities.map((entity) => PhotoKind.decode(entity, keyOfEntity(datastore, entity)));
}

async function daysMustAgree({ datastore }: CloudOnItsOwn, handle: string, photos: Photo[]): Promise<void> {
  const [{ user }] = (await datastore.get(datastore.key(['Handle', handle]))) as [{ user: string }];
  const query = datastore.createQuery(YearKind.name).hasAncestor(datastore.key(['User', user]));
  const [years] = (await datastore.runQuery(query)) as [Properties[], unknown];
  const counted = years
    .map((year) => YearKind.decode(year, keyOfEntity(datastore, year)))
    .flatMap(({ days }) => Object.values(days));
  const sum = counted.reduce((total, count) => total + count, 0);
  const shown = photos.filter((photo) => photo.user === user && onTimeline(photo)).length;
  if (sum !== shown) throw new Error(`The days count ${sum} photos of ${shown}.`);
}
