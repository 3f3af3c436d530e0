import { expect } from 'vitest';
import { checked } from '../support/checked.ts';
import { CheckReply } from '../../src/features/photos/schemas.ts';
import type { ListedPhoto } from '../../src/features/photos/schemas.ts';
import { Days } from '../../src/features/timeline/schemas.ts';
import { newPhone, sync, type Phone } from '../changes/phone.ts';
import { CourseTimeline } from '../support/course-replies.ts';
import type { TestUser } from '../support/test-user.ts';
import { compareAlbums, seenAlbum, shownAlbum, type AlbumsModel } from './albums-model.ts';
import * as model from './library-model.ts';
import type { LibraryModel, Shown } from './library-model.ts';

interface List {
  items: ListedPhoto[];
  next: string | null;
}

/** Every page of a list, one after the other. */
async function walk(user: TestUser, path: string, limit: number): Promise<ListedPhoto[]> {
  const items: ListedPhoto[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const { body } = await user.get(`${path}limit=${limit}${cursor && `&cursor=${cursor}`}`).expect(200);
    const page = body as List;
    items.push(...page.items);
    cursor = page.next;
  }
  return items;
}

/** What the service ought to know. */
export interface Models {
  model: LibraryModel;
  albums: AlbumsModel;
}

const idsOf = (photos: ListedPhoto[]) => photos.map(({ id }) => id);

function seen(photo: ListedPhoto): Shown {
  const { id, sha256, bytes, takenAt, caption, favourite, archived, revision, trashedAt } = photo;
  const trashed = trashedAt !== null;
  return { id, sha256, bytes, local: takenAt.local, caption, favourite, archived, revision, trashed };
}

/** Texts that some photos have, as whole words and as a beginning of words of at most ten kinds. */
const SEARCHES = ['caption', 'caption 2019', '2020 capt', 'caption 77', 'nothing', 'album ', 'album capt', '2019 albu'];

/** Holds every answer that the service gives against the model. `limit` is the size of pages. */
export async function compareAnswers(user: TestUser, { model: library, albums }: Models, limit: number): Promise<void> {
  const shown = model.photosIn(library, { archived: false });
  const timeline = await walk(user, '/v1/timeline?', limit);
  expect(idsOf(timeline), 'timeline').toEqual(model.taken(shown));
  expect(timeline.map(seen), 'what the timeline shows').toEqual(
    timeline.map(({ id }) => library.get(id)).map((photo) => photo && model.shown(photo)),
  );
  expect(idsOf(await walk(user, '/v1/timeline?order=posted&', limit)), 'posted').toEqual(model.posted(shown));
  const favourites = model.photosIn(library, { archived: false, favourite: true });
  expect(idsOf(await walk(user, '/v1/timeline?favourite=true&', 200)), 'favourites').toEqual(model.taken(favourites));
  const archive = model.photosIn(library, { archived: true });
  expect(idsOf(await walk(user, '/v1/timeline?archived=true&', 200)), 'archive').toEqual(model.taken(archive));
  expect(idsOf(await walk(user, '/v1/trash?', limit)), 'trash').toEqual(model.trash(library));
  const titlesOf = (photo: string) =>
    [...albums.values()].flatMap((album) => (album.photos.has(photo) ? album.title : []));
  for (const q of SEARCHES) {
    const path = `/v1/search?q=${encodeURIComponent(q)}&`;
    const found = model.found(library, titlesOf, q.trimEnd());
    expect(idsOf(await walk(user, path, limit)), `search for ${q}`).toEqual(model.taken(found));
  }
  const among = model.found(library, titlesOf, 'caption').filter(({ favourite, archived }) => favourite && !archived);
  const filtered = '/v1/search?q=caption%20&favourite=true&archived=false&order=posted&';
  expect(idsOf(await walk(user, filtered, limit)), 'search among favourites').toEqual(model.posted(among));
  await compareAlbums(user, library, albums, async (path) => idsOf(await walk(user, path, limit)));
  await compareCounts(user, library);
}

async function compareCounts(user: TestUser, library: LibraryModel): Promise<void> {
  const days = await user.read('/v1/timeline/days', Days);
  expect(
    days.months.flatMap((month) => month.days),
    'days',
  ).toEqual(model.days(library));
  expect(days.total, 'total').toBe(model.photosIn(library, { archived: false }).length);
  expect((await user.get('/v1/me').expect(200)).body.usage, 'quota').toMatchObject(model.usage(library));
  const { results } = await user.read(`/user/${user.name}/json/`, CourseTimeline);
  expect(
    results.map(({ image_url: url }) => url.slice(-17, -1)),
    'course JSON',
  ).toEqual(model.posted(model.photosIn(library, { archived: false })).slice(0, 100));
}

/** Holds `check` to the model, for all these digests. */
export async function compareDigests(user: TestUser, library: LibraryModel, digests: string[]): Promise<void> {
  const { items } = checked(
    CheckReply,
    (await user.post('/v1/photos/check').send({ sha256: digests }).expect(200)).body,
  );
  const told = items.map(({ sha256, status }) => [sha256, status]);
  expect(told, 'check').toEqual(digests.map((sha256) => [sha256, model.statusOf(library, sha256)]));
}

/** Holds single photos to the model: those that are gone are gone. */
export async function comparePhotos(user: TestUser, { model: library, albums }: Models, ids: string[]): Promise<void> {
  for (const id of ids) {
    const photo = library.get(id);
    const { status, body } = await user.get(`/v1/photos/${id}`);
    if (!photo || photo.place === 'gone') expect(status, `photo ${id} is gone`).toBe(404);
    else {
      expect(seen(body as ListedPhoto), `photo ${id}`).toEqual(model.shown(photo));
      // A task may not have been everywhere: the photo may still name albums that are deleted.
      const named = ((body as ListedPhoto).albums ?? []).filter((album) => albums.has(album));
      const expected = [...albums.values()].filter(({ photos }) => photos.has(id));
      expect(named.toSorted(), `albums of photo ${id}`).toEqual(expected.map((album) => album.id).toSorted());
    }
  }
}

/** Brings phones up to date, one of them a new one, and holds what they keep to the model. */
export async function comparePhones(
  user: TestUser,
  { model: library, albums }: Models,
  phone: Phone,
  limit: number,
): Promise<void> {
  const expected = [...library.values()].filter(({ place }) => place === 'library');
  // Also what is gone stands in the feed, where a new phone passes by it: by twenty pages at the most.
  const limits = new Map([
    [phone, limit],
    [newPhone(), Math.max(limit, Math.ceil(library.size / 20))],
  ]);
  for (const [one, atOnce] of limits) {
    await sync(one, user, atOnce);
    const kept = new Map(Array.from(one.photos, ([id, photo]) => [id, seen(photo)]));
    expect(kept, 'what a phone keeps').toEqual(new Map(expected.map((photo) => [photo.id, model.shown(photo)])));
    const keptAlbums = new Map(Array.from(one.albums, ([id, album]) => [id, seenAlbum(album)]));
    expect(keptAlbums, 'the albums that a phone keeps').toEqual(
      new Map([...albums].map(([id, album]) => [id, shownAlbum(library, album)])),
    );
  }
}
