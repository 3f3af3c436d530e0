import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import { expect, onTestFinished, test } from 'vitest';
import { PhoneLibrary } from '../../docs/examples/phone-library.ts';
import { PhotoTimelineClient } from '../../src/client/index.ts';
import type { Album } from '../../src/features/albums/schemas.ts';
import { Me } from '../../src/features/accounts/schemas.ts';
import { FORGET_STEP } from '../../src/features/changes/forget-tombstones.job.ts';
import { UploadReply } from '../../src/features/photos/schemas.ts';
import { newPhotoId, type PhotoId, type UserId } from '../../src/runtime/ids.ts';
import { photoKey, PhotoKind } from '../../src/data/model/entity-kinds.ts';
import { toEntity, type Properties } from '../../src/data/model/kind.ts';
import { checked } from '../support/checked.ts';
import { picture } from '../support/picture.ts';
import { problemOf } from '../support/replies.ts';
import type { TestUser } from '../support/test-user.ts';
import { startWorld } from '../support/world.ts';
import { readFeed } from './phone.ts';

const topLevel = (name: string) => readFile(join(import.meta.dirname, '../..', name), 'utf8');

// Three months of all other cron runs are other tests' matter.
const cron = 'cron:\n  - url: /cron/sweep-tombstones\n    schedule: 1 of july 00:00\n';
const files = { indexes: await topLevel('index.yaml'), queues: await topLevel('queue.yaml'), cron };
const world = await startWorld({ cloud: { files } });

/** As the service states it, in milliseconds. */
const FEED_HORIZON_MS = 1000 * (await request(world.url).get('/v1/limits').expect(200)).body.feedSeconds;

async function post(user: TestUser): Promise<PhotoId> {
  const reply = await user.upload(await picture({ width: 40, height: 30, seed: 1 }), { query: '?duplicates=allow' });
  return checked(UploadReply, reply.body).photo.id as PhotoId;
}

async function erase(user: TestUser, ids: PhotoId[]): Promise<void> {
  await user.post('/v1/photos/batch/trash').send({ ids }).expect(200);
  await user.delete('/v1/trash').expect(204);
  await world.drain();
}

async function sweep(): Promise<void> {
  // A global query may be late by ten seconds.
  await world.advance(10_000);
  expect(await world.cloud.runCron('/cron/sweep-tombstones')).toBe(200);
  await world.drain();
}

const clientOf = ({ token }: TestUser) => new PhotoTimelineClient({ service: world.url, token });

async function newPhone(): Promise<PhoneLibrary> {
  const folder = await mkdtemp(join(tmpdir(), 'photo-timeline-phone-'));
  const phone = new PhoneLibrary(folder);
  onTestFinished(async () => {
    phone.close();
    await rm(folder, { recursive: true });
  });
  return phone;
}

async function tombstones(user: TestUser): Promise<number> {
  const { id } = await user.read('/v1/me', Me);
  const photos = world.datastore.createQuery('Photo').hasAncestor(world.datastore.key(['User', id]));
  return (await world.datastore.runQuery(photos))[0].length;
}

test('a token is good until a deletion that it has not seen is forgotten, and then asks for a new start', async () => {
  const ana = await world.user();
  const [first, second, kept] = [await post(ana), await post(ana), await post(ana)];
  const before = await readFeed(ana);
  const phone = await newPhone();
  await clientOf(ana).sync(phone);
  const { body: album } = await ana.post('/v1/albums').send({ title: 'Harbour' }).expect(201);
  const beforeAlbum = await readFeed(ana, before.token);
  await ana.delete(`/v1/albums/${(album as Album).id}`).expect(204);
  await erase(ana, [first]);
  const beforeSecond = await readFeed(ana, before.token);
  await world.advance(60_000);
  await erase(ana, [second]);
  const walk = await readFeed(ana, undefined, 1);

  await world.advance(FEED_HORIZON_MS - 100_000);
  await sweep();
  const today = await world.user(ana.name);
  const erased = (await readFeed(today, before.token)).changes.filter(({ type }) => type === 'delete');
  expect(erased).toMatchObject([{ kind: 'album', reason: 'deleted' }, { id: first }, { id: second }]);
  await world.advance(50_000);
  await sweep();

  const problem = problemOf(await today.get(`/v1/changes?token=${before.token}`).expect(410));
  expect(problem).toMatchObject({ code: 'resync', detail: expect.stringContaining('without a token') });
  await today.get(`/v1/changes?token=${beforeAlbum.token}`).expect(410);
  expect((await world.datastore.createQuery('Album').run())[0]).toEqual([]);
  expect((await readFeed(today, beforeSecond.token)).changes).toMatchObject([{ reason: 'erased', id: second }]);
  expect((await readFeed(today)).changes).toMatchObject([{ type: 'upsert', photo: { id: kept } }]);
  // Who began to read after the erasure has nothing to be told of it.
  await today.get(`/v1/changes?token=${walk.token}`).expect(200);
  expect(await tombstones(today)).toBe(2);
  // A phone that was off for so long lists the library again, and loses what is gone.
  expect([...phone.photos().keys()].toSorted()).toEqual([first, second, kept].toSorted());
  expect(await clientOf(today).sync(phone)).toEqual({ upserts: 1, deletes: 0, startedOver: true });
  expect([...phone.photos().keys()]).toEqual([kept]);
});

test('many tombstones are all deleted, in steps', async () => {
  const ben = await world.user();
  const id = await post(ben);
  await erase(ben, [id]);
  const { datastore } = world;
  const user = (await ben.read('/v1/me', Me)).id as UserId;
  const key = photoKey(datastore, user, id);
  const [entity] = (await datastore.get(key)) as [Properties];
  const copies = Array.from({ length: FORGET_STEP }, () => ({ ...PhotoKind.decode(entity, key), id: newPhotoId() }));
  await datastore.save(copies.map((photo) => toEntity(photoKey(datastore, user, photo.id), PhotoKind, photo)));
  expect(await tombstones(ben)).toBe(FORGET_STEP + 1);

  await world.advance(FEED_HORIZON_MS);
  await sweep();

  expect(await tombstones(await world.user(ben.name))).toBe(0);
});
