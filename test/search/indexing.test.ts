import { expect, test } from 'vitest';
import { PhotoKind, photoKey, UserKind } from '../../src/data/model/entity-kinds.ts';
import { keyOf, toEntity, type Properties } from '../../src/data/model/kind.ts';
import { Me } from '../../src/features/accounts/schemas.ts';
import { BatchEditReply, BatchTrashReply } from '../../src/features/photos/batch-schemas.ts';
import { captionVocabularyRef, vocabularyRef } from '../../src/features/search/vocabulary.ts';
import { SearchPage, Suggestions } from '../../src/features/search/schemas.ts';
import { createStore } from '../../src/data/read/store.ts';
import type { PhotoId, UserId } from '../../src/runtime/ids.ts';
import { checked } from '../support/checked.ts';
import { picture } from '../support/picture.ts';
import type { TestUser } from '../support/test-user.ts';
import { startWorld } from '../support/world.ts';

const world = await startWorld({ env: { RATE_LIMITS: 'off' } });
const store = createStore(world.datastore);
const file = await picture({ width: 16, height: 16 });

/** Some words that no other photo has. */
const wordsFor = (photo: number, round = 0) =>
  Array.from({ length: 60 }, (_, at) => `${'abcdefghij'[photo % 10]}${round}word${photo}x${at}`.padEnd(40, 'z')).join(
    ' ',
  );

async function post(user: TestUser, caption: string): Promise<string> {
  const { body } = await user.upload(file, { fields: { caption }, query: '?duplicates=allow' }).expect(201);
  return body.photo.id as string;
}

/** Writes photos and the user as a release does that knows no words. */
async function writeByEarlierRelease(id: UserId, photos: readonly string[]): Promise<void> {
  const userKey = keyOf(world.datastore, id, UserKind);
  const [user] = (await world.datastore.get(userKey)) as [Properties];
  const { words: _words, ...known } = UserKind.decode(user, userKey);
  const entities = [toEntity(userKey, UserKind, known)];
  for (const photo of photos) {
    const key = photoKey(world.datastore, id, photo as PhotoId);
    const [stored] = (await world.datastore.get(key)) as [Properties];
    const { data, excludeFromIndexes } = toEntity(key, PhotoKind, PhotoKind.decode(stored, key));
    const { words: _of, albumPostedKey: _key, ...rest } = data;
    const unindexed = excludeFromIndexes.filter((name) => name in rest);
    entities.push({ key, data: rest, excludeFromIndexes: unindexed });
  }
  await world.datastore.save(entities);
}

test('26 photos with 60 words each are edited and trashed in one request, by two transactions', async () => {
  const ana = await world.user();
  const ids = await Promise.all(Array.from({ length: 26 }, (_, at) => post(ana, wordsFor(at))));
  const items = ids.map((id, at) => ({ id, caption: wordsFor(at, 1), takenAt: '2001-02-03T04:05:06', archived: true }));
  const edited = checked(BatchEditReply, (await ana.patch('/v1/photos/batch').send({ items }).expect(200)).body);
  expect(edited.results.map(({ status }) => status)).toEqual(ids.map(() => 'edited'));
  const trashed = checked(BatchTrashReply, (await ana.post('/v1/photos/batch/trash').send({ ids }).expect(200)).body);
  expect(trashed.results.map(({ status }) => status)).toEqual(ids.map(() => 'trashed'));
}, 120_000);

test('a nightly job indexes photos of an earlier release, and search says when it is complete', async () => {
  const ana = await world.user();
  const ids = await Promise.all(Array.from({ length: 30 }, (_, at) => post(ana, `meadow number ${at}`)));
  await ana.delete(`/v1/photos/${ids[0]}`).expect(204);
  const { id, search } = await ana.read('/v1/me', Me);
  expect(search).toEqual({ complete: true });
  const before = await store.entity(id as UserId, vocabularyRef);
  expect(before?.counts.caption).toMatchObject({ meadow: 29, number: 29, 29: 1 });

  const { id: album } = (await ana.post('/v1/albums').send({ title: 'Orchard' }).expect(201)).body as { id: string };
  await ana
    .post(`/v1/albums/${album}/photos`)
    .send({ ids: [ids[5]] })
    .expect(200);
  await writeByEarlierRelease(id as UserId, ids.slice(1, 21));
  expect((await ana.read('/v1/me', Me)).search).toEqual({ complete: false, photos: 0 });
  const partial = await ana.read('/v1/search?q=meadow', SearchPage);
  expect([partial.items.length, partial.complete]).toEqual([9, false]);
  // What changes before the job is under way is counted by the job.
  await ana.patch(`/v1/photos/${ids[1]}`).send({ caption: 'pasture' }).expect(200);
  // Each transaction of the job is cut once, and each task comes twice.
  await world.cloud.abortEachOnce(true);
  await world.cloud.deliverTwice(true);
  expect(await world.cloud.runCron('/cron/index-words')).toBe(200);
  await world.drain();
  await world.cloud.abortEachOnce(false);
  await world.cloud.deliverTwice(false);
  const whole = await ana.read('/v1/search?q=meadow', SearchPage);
  expect([whole.items.length, whole.complete]).toEqual([28, true]);
  expect((await ana.read('/v1/search?q=orchard', SearchPage)).items.map((item) => item.id)).toEqual([ids[5]]);
  expect((await ana.read('/v1/me', Me)).search).toEqual({ complete: true });
  const { counts, countedUpTo } = (await store.entity(id as UserId, vocabularyRef))!;
  expect(counts.caption).toEqual({ ...before?.counts.caption, meadow: 28, number: 28, pasture: 1 });
  expect(countedUpTo).toBeUndefined();
  expect(counts.time).toEqual(before?.counts.time);
});

test('a vocabulary of half a MiB is divided, and search, suggestions and counts go on', async () => {
  const ana = await world.user();
  const first = await post(ana, 'meadow');
  const { id } = await ana.read('/v1/me', Me);
  const main = (await store.entity(id as UserId, vocabularyRef))!;
  const many = Object.fromEntries(Array.from({ length: 24_000 }, (_, at) => [`zz${'x'.repeat(13)}${at}`, 1]));
  const filled = { ...main, counts: { ...main.counts, caption: { ...many, ...main.counts.caption } } };
  await world.datastore.save(
    toEntity(keyOf(world.datastore, id as UserId, vocabularyRef.kind, 'all'), vocabularyRef.kind, filled),
  );
  const second = await post(ana, 'meadows at noon');
  const [after, captions] = [
    await store.entity(id as UserId, vocabularyRef),
    await store.entity(id as UserId, captionVocabularyRef),
  ];
  expect([after?.divided, after?.counts.caption]).toEqual([true, undefined]);
  expect(captions?.counts.caption).toMatchObject({ meadow: 1, meadows: 1, noon: 1, zzxxxxxxxxxxxxx23999: 1 });
  const found = async () => (await ana.read('/v1/search?q=meado', SearchPage)).items.map((item) => item.id).sort();
  const suggested = async () =>
    (await ana.read('/v1/search/suggest?q=meado', Suggestions)).suggestions.map(({ text }) => text);
  expect([await found(), await suggested()]).toEqual([[first, second].sort(), ['meadow', 'meadows']]);
  await ana.patch(`/v1/photos/${second}`).send({ caption: 'noon' }).expect(200);
  expect([await found(), await suggested()]).toEqual([[first], ['meadow']]);
});
