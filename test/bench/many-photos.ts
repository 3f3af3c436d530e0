import { randomBytes } from 'node:crypto';
import { newPhotoId, randomText, type PhotoId, type UserId } from '../../src/runtime/ids.ts';
import { photoKey, PhotoKind, UserKind, YearKind } from '../../src/data/model/entity-kinds.ts';
import { keyOf, toEntity } from '../../src/data/model/kind.ts';
import type { Photo } from '../../src/data/model/records.ts';
import type { LoadTarget } from './load-target.ts';

/** Entities in one commit, as many as stay well below 10 MiB. */
const BATCH = 150;
/** Commits under way at once. */
const AT_ONCE = 4;
/** Times of capture between which the photos lie evenly, in milliseconds since the Unix epoch. */
export interface Span {
  first: number;
  last: number;
}

export const SIXTEEN_YEARS: Span = { first: Date.parse('2010-01-01'), last: Date.parse('2025-12-31') };

/**
 * Gives a user without photos `count` of them as they stand in Datastore once their variants are made: photos, day
 * counts and the totals of the user. No objects, and no claims: nothing here asks for them.
 */
export async function loadPhotos(
  target: LoadTarget,
  handle: string,
  count: number,
  span: Span = SIXTEEN_YEARS,
  photoOf: (photo: Photo, index: number) => Photo = (photo) => photo,
): Promise<void> {
  const { datastore } = target;
  const user = (await target.find(datastore.key(['Handle', handle])))['user'] as UserId;
  const years = new Map<string, Record<string, number>>();
  const batches = batchesOf(user, { count, span, photoOf }, years);
  const work = async () => {
    for (const batch of batches) {
      await target.save(batch.map((photo) => toEntity(photoKey(datastore, user, photo.id), PhotoKind, photo)));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  for (const [year, days] of years) {
    await target.save([toEntity(keyOf(datastore, user, YearKind, year), YearKind, { days })]);
  }
  await raiseTotals(target, user, count);
}

interface Load {
  count: number;
  span: Span;
  photoOf(photo: Photo, index: number): Photo;
}

function* batchesOf(
  user: UserId,
  { count, span, photoOf }: Load,
  years: Map<string, Record<string, number>>,
): Generator<Photo[]> {
  // In order of their ids as well, so that every index grows at one end: a million would take thrice as long otherwise.
  const ids = Array.from({ length: count }, newPhotoId).sort();
  for (let first = 0; first < count; first += BATCH) {
    const batch = ids
      .slice(first, first + BATCH)
      .map((id, at) => photoOf(onePhoto(user, first + at, count, { span, id }), first + at));
    for (const { takenAt } of batch) {
      const [year, day] = [takenAt.local.slice(0, 4), takenAt.local.slice(5, 10)];
      const days = years.get(year) ?? {};
      days[day] = (days[day] ?? 0) + 1;
      years.set(year, days);
    }
    yield batch;
  }
}

async function raiseTotals(target: LoadTarget, user: UserId, count: number): Promise<void> {
  const key = keyOf(target.datastore, user, UserKind);
  const before = UserKind.decode(await target.find(key), key);
  const totals = { sequence: 2 * count, photos: count, bytes: count * BYTES };
  await target.save([toEntity(key, UserKind, { ...before, ...totals })]);
}

const BYTES = 3_145_728;

/** The photo number `index` of `count`, the oldest first. Its texts have the usual lengths. */
export function onePhoto(
  user: UserId,
  index: number,
  count: number,
  { span: { first, last } = SIXTEEN_YEARS, id = newPhotoId() }: { span?: Span; id?: PhotoId } = {},
): Photo {
  const taken = new Date(first + Math.floor((index / count) * (last - first))).toISOString();
  return {
    id,
    user,
    caption: `Evening at the lake, the boats come home (${index})`,
    alt: 'Sailing boats on a lake before a low sun.',
    fileName: `DSC_${String(index).padStart(7, '0')}.jpg`,
    takenAt: { local: taken.slice(0, 22), offset: '+00:00', utc: taken, source: 'exif', precision: 'second' },
    postedAt: SIXTEEN_YEARS.last + index,
    posted: index + 1,
    width: 4032,
    height: 3024,
    rotation: 0,
    rotations: 0,
    bytes: BYTES,
    type: 'image/jpeg',
    sha256: randomBytes(32).toString('hex'),
    digest: 'proved',
    crc32c: 'yZRlqg==',
    md5: 'rL0Y20zC+Fzt72VPzMSk2A==',
    camera: { make: 'NIKON CORPORATION', model: 'NIKON D90', lens: '18-105mm f/3.5-5.6' },
    location: { latitude: 41.79, longitude: -87.6 },
    object: `originals/${randomText(24)}`,
    placeholder: randomBytes(21).toString('base64'),
    color: '#8a7f70',
    favourite: index % 10 === 0,
    archived: false,
    state: 'ready',
    processing: { attempts: 1, lastError: null, nextAttemptAt: null },
    trashedAt: null,
    revision: 1,
    changed: count + index + 1,
  };
}
