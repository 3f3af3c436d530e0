import sharp from 'sharp';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { Me } from '../../src/features/accounts/schemas.ts';
import { RECIPE } from '../../src/features/photos/recipe.ts';
import { picture } from '../support/picture.ts';
import { editStoredPhoto, storedFields } from '../support/stored.ts';
import type { TestUser } from '../support/test-user.ts';
import { startWorld } from '../support/world.ts';

const world = await startWorld();

/** Until then the app remembers the pictures that it has made, in milliseconds. */
const FORGOTTEN = 11 * 60_000;

interface PhotoBody {
  id: string;
  revision: number;
  variants: { thumb: { url: string } };
}

const idOf = async (user: TestUser) => (await user.read('/v1/me', Me)).id;

async function thumb({ variants }: PhotoBody): Promise<string> {
  const { dominant } = await sharp(await world.bytesAt(variants.thumb.url)).stats();
  return dominant.r > 200 && dominant.b > 200 ? 'old' : 'new';
}

/** Leaves a ready photo as a version of the program would have that made its sizes by an earlier recipe: all magenta. */
async function age(owner: string, photo: PhotoBody): Promise<void> {
  await editStoredPhoto(world.datastore, { user: owner, photo: photo.id }, { recipe: RECIPE - 1 });
  const magenta = { width: 64, height: 48, channels: 3, background: '#ff00ff' } as const;
  const old = await sharp({ create: magenta }).jpeg().toBuffer();
  const prefix = `variants/${owner}/${photo.id}/`;
  await world.bucket.deleteFiles({ prefix });
  for (const size of ['thumb', 'small', 'medium', 'large']) {
    await world.bucket.file(`${prefix}${RECIPE - 1}/${size}.jpg`).save(old, { resumable: false });
  }
}

/** Uploads photos and lets them grow old. */
async function outdated(user: TestUser, count: number): Promise<PhotoBody[]> {
  const owner = await idOf(user);
  const photos: PhotoBody[] = [];
  for (let made = 0; made < count; made++) {
    const { body } = await user.upload(await picture({ width: 64, height: 48 })).expect(201);
    photos.push(body.photo as PhotoBody);
  }
  await world.drain();
  for (const photo of photos) await age(owner, photo);
  await world.advance(FORGOTTEN);
  return photos;
}

/** What cron does each night; a global query may be late by ten seconds. */
async function night(): Promise<void> {
  await world.advance(10_000);
  expect(await world.cloud.runCron('/cron/remake-variants')).toBe(200);
  await world.drain();
}

const objectsOf = async (owner: string) =>
  (await world.objects()).filter((name) => name.startsWith(`variants/${owner}/`));

test('sizes made by an earlier recipe are shown until a nightly run makes them again, under the same URLs', async () => {
  const ana = await world.user('ana');
  const owner = await idOf(ana);
  const photos = await outdated(ana, 3);
  for (const photo of photos) expect(await thumb(photo)).toBe('old');

  await night();

  for (const photo of photos) expect(await thumb(photo)).toBe('new');
  const names = await objectsOf(owner);
  expect(names).toHaveLength(9);
  expect(names.every((name) => name.split('/')[3] === String(RECIPE))).toBe(true);
  const later = await world.user('ana');
  const { body } = await later.get(`/v1/photos/${photos[0]?.id}`).expect(200);
  expect(body).toMatchObject({ state: 'ready', revision: 1, processing: { lastError: null } });
});

test('a photo whose original is gone keeps its old sizes, and the others get new ones', async () => {
  const bob = await world.user('bob');
  const [lost, kept] = (await outdated(bob, 2)) as [PhotoBody, PhotoBody];
  const path = ['User', await idOf(bob), 'Photo', lost.id];
  const { object } = await storedFields(world.datastore, path, { object: z.string() });
  await world.bucket.file(object).delete();
  const told = world.logged('the old ones stay');

  await night();

  expect(await told).toContain(lost.id);
  expect([await thumb(lost), await thumb(kept)]).toEqual(['old', 'new']);
});

/** Moves the clock to the next day while the app is not reachable, so that no other cron job runs. */
async function nextDay(): Promise<void> {
  await world.cloud.appIsGone();
  await world.advance(24 * 3_600_000);
  await world.cloud.appIsAt(world.url);
}

/** The thumb as its owner finds it now: yesterday's URLs have expired. */
async function thumbNow(name: string, { id }: PhotoBody): Promise<string> {
  const { body } = await (await world.user(name)).get(`/v1/photos/${id}`).expect(200);
  return thumb(body as PhotoBody);
}

test.each([
  [4, 'new'],
  [5, 'old'],
])('a photo that has failed in %i nights has %s sizes after one more that would do', async (nights, shown) => {
  const name = `fails-${nights}`;
  const user = await world.user(name);
  const [photo] = (await outdated(user, 1)) as [PhotoBody];
  const original = world.bucket.file(`originals/${await idOf(user)}/${photo.id}`);
  const [bytes] = await original.download();
  await original.delete();
  const givenUp = nights === 5 ? world.logged('those of earlier recipes stay') : undefined;
  for (let tried = 0; tried < nights; tried++) {
    await night();
    await nextDay();
  }
  await original.save(bytes, { resumable: false });

  await night();

  expect(await thumbNow(name, photo)).toBe(shown);
  if (givenUp) expect(await givenUp).toContain('"severity":"ERROR"');
});

test('more photos than one step takes are all made again, and the next nightly run finds nothing to do', async () => {
  const eve = await world.user('eve');
  const owner = await idOf(eve);
  await outdated(eve, 41);
  await night();
  expect((await objectsOf(owner)).filter((name) => name.split('/')[3] !== String(RECIPE))).toEqual([]);
  expect(await storedFields(world.datastore, ['User', owner], { recipe: z.int() })).toMatchObject({ recipe: RECIPE });
});
