import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { BatchEditReply, BatchTrashReply } from '../../src/features/photos/batch-schemas.ts';
import { Photo, UploadReply } from '../../src/features/photos/schemas.ts';
import { checked } from '../support/checked.ts';
import { picture } from '../support/picture.ts';
import { problemOf } from '../support/replies.ts';
import type { TestUser } from '../support/test-user.ts';
import { startWorld } from '../support/world.ts';

const world = await startWorld();

async function post(user: TestUser, count: number): Promise<Photo[]> {
  const photos: Photo[] = [];
  for (let index = 0; index < count; index++) {
    const fields = { caption: `photo ${index}` };
    const { body } = await user.upload(await picture({ width: 40, height: 30 }), { fields }).expect(201);
    photos.push(checked(UploadReply, body).photo);
  }
  return photos;
}

type Edited = z.infer<typeof BatchEditReply>['results'][number];
type Trashed = z.infer<typeof BatchTrashReply>['results'][number];

const edit = async (user: TestUser, items: unknown[]) =>
  checked(BatchEditReply, (await user.patch('/v1/photos/batch').send({ items }).expect(200)).body).results;

const UNKNOWN = 'A'.repeat(16);
const brief = (result: Edited | Trashed) => (result.status === 'failed' ? result.problem.code : result.status);
const sequenceOf = async (user: TestUser) => (await user.get('/v1/timeline').expect(200)).body.sequence as number;

describe('a batch of edits', () => {
  test('changes each photo as its item says', async () => {
    const ana = await world.user();
    const [first, second] = await post(ana, 2);
    const results = await edit(ana, [
      { id: first?.id, caption: 'new', favourite: true },
      { id: second?.id, archived: true },
    ]);
    expect(results).toMatchObject([
      { status: 'edited', photo: { id: first?.id, caption: 'new', favourite: true, revision: 2 } },
      { status: 'edited', photo: { id: second?.id, caption: 'photo 1', archived: true, revision: 2 } },
    ]);
    for (const { id } of [first, second].filter((photo) => photo !== undefined)) {
      expect(results).toContainEqual({ status: 'edited', photo: await ana.read(`/v1/photos/${id}`, Photo) });
    }
  });

  test('does what can be done, and says of each of the others why not', async () => {
    const [ana, ben] = [await world.user(), await world.user()];
    const [[bens], [good, stale]] = [await post(ben, 1), await post(ana, 2)];
    await ana.patch(`/v1/photos/${stale?.id}`).send({ caption: 'meanwhile' }).expect(200);

    const results = await edit(ana, [
      { id: bens?.id, caption: 'not mine' },
      { id: UNKNOWN, caption: 'of no photo' },
      { id: stale?.id, ifMatch: '"1"', caption: 'late' },
      { id: good?.id, ifMatch: 'W/"1.whatever"', caption: 'in time' },
      { id: good?.id, ifMatch: 'one', caption: 'no tag' },
      { id: good?.id, caption: 'x'.repeat(5000), colour: 'blue' },
      { id: good?.id },
      'no item',
    ]);

    expect(results.map(brief)).toEqual([
      'not-found',
      'not-found',
      'precondition-failed',
      'edited',
      ...Array.from({ length: 4 }, () => 'invalid-request'),
    ]);
    expect(results[2]).toMatchObject({ problem: { current: { id: stale?.id, caption: 'meanwhile', revision: 2 } } });
    expect(results[5]).toMatchObject({ problem: { errors: [{ pointer: '/caption' }, { pointer: '/colour' }] } });
    expect((await ana.get(`/v1/photos/${good?.id}`)).body).toMatchObject({ caption: 'in time', revision: 2 });
    expect((await ben.get(`/v1/photos/${bens?.id}`)).body.revision).toBe(1);
  });

  test('finds a photo as an earlier item of it has left it', async () => {
    const ana = await world.user();
    const [photo] = await post(ana, 1);
    const item = { id: photo?.id, ifMatch: '"1"' };
    const results = await edit(ana, [
      { ...item, caption: 'first' },
      { ...item, caption: 'second' },
    ]);
    expect(results.map(brief)).toEqual(['edited', 'precondition-failed']);
    expect(results[1]).toMatchObject({ problem: { current: { caption: 'first' } } });
  });

  test('a batch of fifty edits is one transaction, and a larger batch is refused as a whole', async () => {
    const ana = await world.user();
    const photos = await post(ana, 1);
    const items = Array.from({ length: 50 }, (_, index) => ({ id: photos[0]?.id, caption: String(index) }));
    const before = await sequenceOf(ana);
    expect((await edit(ana, items)).map(brief)).toEqual(items.map(() => 'edited'));
    expect(await sequenceOf(ana)).toBe(before + 50);
    const problem = problemOf(
      await ana
        .patch('/v1/photos/batch')
        .send({ items: [...items, items[0]] })
        .expect(400),
    );
    expect(problem).toMatchObject({ code: 'invalid-request', errors: [{ pointer: '/items' }] });
    await ana.patch('/v1/photos/batch').send({ items: [] }).expect(400);
  });
});

describe('a batch for the trash', () => {
  test('takes what is there, again and again, and leaves the rest alone', async () => {
    const ana = await world.user();
    const [first, second, kept] = await post(ana, 3);
    const ids = [first?.id, UNKNOWN, 'no id', second?.id, 7];
    const trash = async () =>
      checked(BatchTrashReply, (await ana.post('/v1/photos/batch/trash').send({ ids }).expect(200)).body).results;

    const results = await trash();
    expect(results.map(brief)).toEqual(['trashed', 'not-found', 'invalid-request', 'trashed', 'invalid-request']);
    expect(results.map((result) => (result.status === 'trashed' ? result.id : undefined))).toEqual([
      first?.id,
      undefined,
      undefined,
      second?.id,
      undefined,
    ]);
    const sequence = await sequenceOf(ana);
    expect(await trash()).toEqual(results);

    expect(await sequenceOf(ana)).toBe(sequence);
    const ofList = async (path: string) => ((await ana.get(path)).body.items as Photo[]).map(({ id }) => id);
    expect(await ofList('/v1/timeline')).toEqual([kept?.id]);
    expect(new Set(await ofList('/v1/trash'))).toEqual(new Set([first?.id, second?.id]));
  });
});

describe('If-Match', () => {
  const routes = [
    ['an edit', (user: TestUser, id: string) => user.patch(`/v1/photos/${id}`).send({ caption: 'late' })],
    ['the way into the trash', (user: TestUser, id: string) => user.delete(`/v1/photos/${id}`)],
    ['the way out of it', (user: TestUser, id: string) => user.post(`/v1/photos/${id}/restore`)],
    ['the end', (user: TestUser, id: string) => user.delete(`/v1/trash/${id}`)],
  ] as const;

  test.each(routes)('an If-Match of a photo edited since refuses %s, and shows the photo', async (what, call) => {
    const ana = await world.user();
    const [photo] = await post(ana, 1);
    const id = photo?.id ?? '';
    const tag = (await ana.get(`/v1/photos/${id}`)).headers['etag'] ?? '';
    await ana.patch(`/v1/photos/${id}`).send({ caption: 'meanwhile' }).expect(200);
    if (what !== 'an edit') await ana.delete(`/v1/photos/${id}`).expect(204);

    const refused = await call(ana, id).set('If-Match', tag).expect(412);

    // A refusal names the plain form, whose tag has no ending.
    const read = await ana.get(`/v1/photos/${id}`).set('Accept-Encoding', 'identity').expect(200);
    const now = checked(Photo, read.body);
    expect(refused.headers['etag']).toBe(read.headers['etag']);
    expect(problemOf(refused)).toMatchObject({ code: 'precondition-failed', current: now });
    expect(now.caption).toBe('meanwhile');
    const { status } = await call(ana, id).set('If-Match', `W/"${now.revision}.of.yesterday"`);
    expect(status).toBeLessThan(300);
  });

  test('holds after processing, which is no edit, and after the signing window has rolled', async () => {
    const ana = await world.user();
    const [photo] = await post(ana, 1);
    const path = `/v1/photos/${photo?.id}`;
    const tag = (await ana.get(path).expect(200)).headers['etag'] ?? '';
    await world.advance(13 * 3_600_000);
    const again = await world.user(ana.name);
    const later = await again.get(path).expect(200);
    expect([later.body.state, later.headers['etag'] === tag]).toEqual(['ready', false]);
    await again.patch(path).set('If-Match', tag).send({ caption: 'still mine' }).expect(200);
  });
});
