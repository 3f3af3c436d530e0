import type { Change } from '../../data/rules/change.ts';
import type { Photo, Year } from '../../data/model/records.ts';
import type { AlbumId } from '../../runtime/ids.ts';
import { albumRef, albumYearRef, isDeleted, tellOwnerRef, writeAlbum, type Album } from './album.ts';
import { chooseCoverRef } from './choose-cover.job.ts';

/**
 * Keeps count, days and cover of the albums of a photo in agreement with the photo, in the same transaction. A photo counts
 * while it is not in the trash.
 */
export async function followPhoto(change: Change, before: Photo | undefined, after: Photo): Promise<void> {
  const [left, entered] = [placesOf(before), placesOf(after)];
  for (const id of new Set([...left.keys(), ...entered.keys()])) {
    const [from, to] = [left.get(id), entered.get(id)];
    if (from?.day === to?.day && from?.rank === to?.rank) continue;
    const album = await change.entities.read(albumRef(id));
    // A task takes the photos out of a deleted album.
    if (!album || isDeleted(album)) continue;
    await writeAlbum(change, await moved(change, album, { photo: after, from, to }));
    const { host } = album;
    if (host) change.outbox.enqueueOnce(tellOwnerRef, { user: host, album: id, member: change.userId });
  }
}

/** Where a photo stands in an album. */
interface Place {
  /** As `2019-07-01`. */
  day: string;
  rank: string;
}

interface Move {
  photo: Photo;
  from: Place | undefined;
  to: Place | undefined;
}

/** The albums that show a photo. */
function placesOf(photo: Photo | undefined): Map<AlbumId, Place> {
  if (!photo || photo.trashedAt !== null) return new Map();
  const day = photo.takenAt.local.slice(0, 10);
  return new Map(Object.entries(photo.albums ?? {}).map(([id, rank]) => [id as AlbumId, { day, rank }]));
}

async function moved(change: Change, album: Album, move: Move): Promise<Album> {
  const { from, to } = move;
  const counted = from?.day === to?.day ? album : await countedAnew(change, album, from, to);
  if (from && to) return counted;
  return to ? withPhoto(counted, move.photo) : withoutPhoto(change, counted, move.photo);
}

async function countedAnew(
  change: Change,
  album: Album,
  from: Place | undefined,
  to: Place | undefined,
): Promise<Album> {
  const years = { ...album.years };
  if (from) await addToDay(change, album, years, from.day, -1);
  if (to) await addToDay(change, album, years, to.day, 1);
  const count = album.count + Number(to !== undefined) - Number(from !== undefined);
  return { ...album, count, years, ...(await extremes(change, album.id, years)) };
}

async function addToDay({ entities }: Change, { id }: Album, years: Album['years'], date: string, by: number) {
  const [year, day] = [date.slice(0, 4), date.slice(5)];
  const ref = albumYearRef(id, year);
  const days = { ...(await entities.read(ref))?.days };
  setCount(days, day, (days[day] ?? 0) + by);
  setCount(years, year, (years[year] ?? 0) + by);
  entities.write(ref, Object.keys(days).length > 0 ? { days } : undefined);
}

function setCount(counts: Record<string, number>, name: string, count: number): void {
  if (count > 0) counts[name] = count;
  else delete counts[name];
}

/** The first and the last day of the photos of an album. */
async function extremes({ entities }: Change, id: AlbumId, years: Album['years']): Promise<Pick<Album, 'from' | 'to'>> {
  const named = Object.keys(years).toSorted();
  const [first, last] = [named[0], named.at(-1)];
  if (first === undefined || last === undefined) return { from: null, to: null };
  await entities.prefetch([albumYearRef(id, first), albumYearRef(id, last)]);
  const daysOf = (year: Year | undefined) => Object.keys(year?.days ?? {}).toSorted();
  const from = daysOf(await entities.read(albumYearRef(id, first)))[0];
  const to = daysOf(await entities.read(albumYearRef(id, last))).at(-1);
  return { from: `${first}-${from}`, to: `${last}-${to}` };
}

/** The first photo of an album is its cover until the owner chooses another, which counts again when it comes back. */
const withPhoto = (album: Album, { id }: Photo): Album => ({
  ...album,
  cover: album.chosenCover === id ? id : (album.cover ?? id),
});

/** The choice of a cover outlasts the trash, and nothing else. A task finds another cover. */
function withoutPhoto({ userId: user, outbox }: Change, album: Album, { id, albums }: Photo): Album {
  const isGone = albums?.[album.id] === undefined;
  const chosenCover = isGone && album.chosenCover === id ? null : album.chosenCover;
  if (album.cover !== id) return { ...album, chosenCover };
  if (album.count > 0) outbox.enqueue(chooseCoverRef, { user, album: album.id });
  return { ...album, chosenCover, cover: null };
}
