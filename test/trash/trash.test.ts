import request from 'supertest';
import { describe, expect, test } from 'vitest';
import { Me } from '../../src/features/accounts/schemas.ts';
import { TRASH_STEP } from '../../src/features/trash/erase-photos.ts';
import { picture } from '../support/picture.ts';
import { bytesOf, problemOf } from '../support/replies.ts';
import type { TestUser } from '../support/test-user.ts';
import { startWorld } from '../support/world.ts';

const world = await startWorld();

interface PhotoBody {
  id: string;
  original: { url: string };
}

async function post(user: TestUser, bytes?: Buffer): Promise<PhotoBody> {
  const reply = await user.upload(bytes ?? (await picture({ width: 64, height: 48 })), { query: '?duplicates=allow' });
  expect(reply.status).toBe(201);
  return reply.body.photo as PhotoBody;
}

async function trashed(user: TestUser, bytes?: Buffer): Promise<PhotoBody> {
  const photo = await post(user, bytes);
  await user.delete(`/v1/photos/${photo.id}`).expect(204);
  return photo;
}

const idsOf = (items: { id: string }[]) => items.map(({ id }) => id);
const listed = async (user: TestUser) => idsOf((await user.get('/v1/trash?limit=200').expect(200)).body.items);
const objectsOf = async (user: TestUser) => {
  const { id } = await user.read('/v1/me', Me);
  return (await world.objects()).filter((name) => name.startsWith(`variants/${id}/`));
};

describe('the trash', () => {
  test('the trash lists what went there last first, page by page and back', async () => {
    const ana = await world.user();
    const ids: string[] = [];
    for (let at = 0; at < 5; at++) {
      ids.unshift((await trashed(ana)).id);
      await world.advance(1000);
    }

    const first = await ana.get('/v1/trash?limit=2').expect(200);
    const second = await ana.get(`/v1/trash?limit=2&cursor=${first.body.next}`).expect(200);
    const third = await ana.get(`/v1/trash?limit=2&cursor=${second.body.next}`).expect(200);
    const back = await ana.get(`/v1/trash?limit=2&cursor=${third.body.prev}`).expect(200);

    expect([first, second, third].map(({ body }) => idsOf(body.items))).toEqual([
      ids.slice(0, 2),
      ids.slice(2, 4),
      ids.slice(4),
    ]);
    expect([first.body.prev, third.body.next]).toEqual([null, null]);
    expect(back.body.items).toEqual(second.body.items);
    const problem = problemOf(await ana.get(`/v1/timeline?cursor=${first.body.next}`).expect(400));
    expect(problem.code).toBe('cursor-mismatch');
  });

  test('an unchanged trash is answered 304', async () => {
    const ana = await world.user();
    await trashed(ana);
    const { headers } = await ana.get('/v1/trash').expect(200);
    await ana
      .get('/v1/trash')
      .set('If-None-Match', headers['etag'] ?? '')
      .expect(304);
  });

  test('the trash gives a photo up for good, with its objects, its bytes in the account and its claim', async () => {
    const ana = await world.user();
    const bytes = await picture();
    const photo = await trashed(ana, bytes);
    await world.drain();
    const before = await world.objects();
    expect(await objectsOf(ana)).toHaveLength(3);

    await ana.delete(`/v1/trash/${photo.id}`).expect(204);

    expect(await listed(ana)).toEqual([]);
    await ana.get(`/v1/photos/${photo.id}`).expect(404);
    await ana.post(`/v1/photos/${photo.id}/restore`).expect(404);
    await ana.delete(`/v1/trash/${photo.id}`).expect(404);
    expect((await ana.get('/v1/me')).body.usage).toMatchObject({ photos: 0, bytes: 0 });
    await world.drain();
    expect(await objectsOf(ana)).toEqual([]);
    expect(await world.objects()).toHaveLength(before.length - 4);
    const again = await ana.upload(bytes).expect(201);
    expect(again.body.photo.id).not.toBe(photo.id);
  });

  test('the trash takes nothing from another photo of the same bytes', async () => {
    const ana = await world.user();
    const bytes = await picture();
    const [kept, erased] = [await post(ana, bytes), await trashed(ana, bytes)];

    await ana.delete(`/v1/trash/${erased.id}`).expect(204);
    await world.drain();

    const original = await request(world.url).get(kept.original.url).responseType('blob').expect(200);
    expect(Buffer.compare(bytesOf(original), bytes)).toBe(0);
    const { body } = await ana.upload(bytes).expect(200);
    expect(body).toMatchObject({ status: 'duplicate', photo: { id: kept.id } });
  });

  test('the routes of the trash refuse a photo in the timeline, and other users’ photos', async () => {
    const [ana, ben] = [await world.user(), await world.user()];
    const [shown, thrown] = [await post(ana), await trashed(ana)];
    await ana.delete(`/v1/trash/${shown.id}`).expect(404);
    await ben.delete(`/v1/trash/${thrown.id}`).expect(404);
    expect(await listed(ana)).toEqual([thrown.id]);
  });

  test('the trash keeps nothing in the bucket when the program dies between the commit and its task', async () => {
    const ana = await world.user();
    const photo = await trashed(ana);
    await world.drain();
    const before = await world.objects();
    await ana.delete(`/v1/trash/${photo.id}`).expect(204);
    // As if the task had never been created: its row in the outbox is all that is left.
    const client = await world.tasks();
    await client.purgeQueue({ name: client.queuePath('photo-timeline', 'local', 'erasure') });

    await world.advance(60_000);
    await world.cloud.runCron('/cron/sweep-outbox');
    await world.drain();

    expect(await world.objects()).toHaveLength(before.length - 4);
  });
});

describe('emptying the trash', () => {
  test('emptying the trash erases all that lies in it, and what is thrown away later stays', async () => {
    const ana = await world.user();
    await trashed(ana);
    await trashed(ana);
    await ana.delete('/v1/trash').expect(204);
    expect(await listed(ana)).toEqual([]);

    const later = await trashed(ana);
    await world.drain();
    expect(await listed(ana)).toEqual([later.id]);
    await ana.delete('/v1/trash').expect(204);
    await ana.delete('/v1/trash').expect(204);
  });

  test('emptying a large trash goes on by itself, in steps', async () => {
    const ana = await world.user();
    const some = async () => {
      for (let count = 0; count < Math.ceil((TRASH_STEP + 1) / 6); count++) await trashed(ana);
    };
    await Promise.all(Array.from({ length: 6 }, some));
    const all = await listed(ana);

    await ana.delete('/v1/trash').expect(202);

    expect(await listed(ana)).toHaveLength(all.length - TRASH_STEP);
    await world.drain();
    expect(await listed(ana)).toEqual([]);
    expect(await objectsOf(ana)).toEqual([]);
  });
});
