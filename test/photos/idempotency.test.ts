import { describe, expect, test } from 'vitest';
import { picture } from '../support/picture.ts';
import { problemOf } from '../support/replies.ts';
import { startWorld } from '../support/world.ts';

const world = await startWorld();
const WEEK = 7 * 24 * 3_600_000;

let keys = 0;
const newKey = () => ({ 'Idempotency-Key': `phone-1/photo "${++keys}" é` });

describe('an upload with an Idempotency-Key', () => {
  test('two uploads at once with one key make one photo, and both get the same reply', async () => {
    const ana = await world.user();
    const before = await world.objects();
    const [bytes, headers] = [await picture(), newKey()];

    const replies = await Promise.all([ana.upload(bytes, { headers }), ana.upload(bytes, { headers })]);

    expect(replies.map(({ status }) => status)).toEqual([201, 201]);
    expect(replies.filter(({ headers: head }) => head['idempotent-replayed'] === 'true')).toHaveLength(1);
    expect(replies[0]?.body).toEqual(replies[1]?.body);
    expect(replies[0]?.headers['location']).toBe(replies[1]?.headers['location']);
    expect(await world.objects()).toHaveLength(before.length + 1);
  });

  test('a repeated upload with the same key makes no second photo where duplicates are allowed', async () => {
    const ana = await world.user();
    const [bytes, headers] = [await picture(), newKey()];
    const upload = () => ana.upload(bytes, { headers, query: '?duplicates=allow' }).expect(201);

    const [first, again] = [await upload(), await upload()];

    expect(again.body.photo.id).toBe(first.body.photo.id);
    expect((await ana.get('/v1/timeline')).body.items).toHaveLength(1);
  });

  test('a repeated upload with the same key returns the photo as it is now', async () => {
    const ana = await world.user();
    const [bytes, headers] = [await picture(), newKey()];
    const { body } = await ana.upload(bytes, { headers }).expect(201);
    await ana.patch(`/v1/photos/${body.photo.id}`).send({ caption: 'later' }).expect(200);

    const again = await ana.upload(bytes, { headers }).expect(201);

    expect(again.body).toMatchObject({
      status: 'created',
      photo: { id: body.photo.id, caption: 'later', revision: 2 },
    });
  });

  test('a repeated upload that was answered 200 is answered 200 again, although the photo is in the trash since', async () => {
    const ana = await world.user();
    const [bytes, headers] = [await picture(), newKey()];
    const { body } = await ana.upload(bytes).expect(201);
    await ana.upload(bytes, { headers }).expect(200);
    await ana.delete(`/v1/photos/${body.photo.id}`).expect(204);

    const again = await ana.upload(bytes, { headers }).expect(200);

    expect(again.headers['idempotent-replayed']).toBe('true');
    expect(again.body).toMatchObject({ status: 'duplicate', photo: { trashedAt: '2026-11-20T18:00:00.000Z' } });
  });

  test.each([
    { fields: { caption: 'other' } },
    { query: '?duplicates=allow' },
    { fields: { takenAt: '2020-01-01T10:00:00' } },
  ])('an upload is refused with 422 when the same key comes with %j, and nothing is kept', async (other) => {
    const ana = await world.user();
    const [bytes, headers] = [await picture(), newKey()];
    await ana.upload(bytes, { headers }).expect(201);
    const before = await world.objects();

    const problem = problemOf(await ana.upload(bytes, { headers, ...other }).expect(422));

    expect(problem.code).toBe('idempotency-mismatch');
    expect(await world.objects()).toEqual(before);
  });

  test('an upload is the same request with and without the seconds of a full minute, as before times had a precision', async () => {
    const ana = await world.user();
    const [bytes, headers] = [await picture(), newKey()];
    const upload = (takenAt: string) => ana.upload(bytes, { headers, fields: { takenAt } }).expect(201);
    await upload('2020-01-01T10:00:00');
    expect((await upload('2020-01-01T10:00')).headers['idempotent-replayed']).toBe('true');
  });

  test('a failed upload leaves its key free', async () => {
    const ana = await world.user();
    const headers = newKey();
    await ana.upload(await picture(), { headers, fields: { sha256: '0'.repeat(64) } }).expect(422);

    await ana.upload(await picture(), { headers }).expect(201);
  });

  test('two users may use the same idempotency key', async () => {
    const [ana, ben] = [await world.user(), await world.user()];
    const headers = newKey();
    await ana.upload(await picture(), { headers }).expect(201);

    const { headers: head } = await ben.upload(await picture(), { headers }).expect(201);

    expect(head['idempotent-replayed']).toBeUndefined();
  });

  test.each(['', 'x'.repeat(256)])('an upload is refused with 400 when its key is %j', async (key) => {
    const ana = await world.user();
    const problem = problemOf(await ana.upload(await picture(), { headers: { 'Idempotency-Key': key } }).expect(400));
    expect(problem.code).toBe('invalid-request');
  });

  test('an idempotency key is free again after seven days, and no earlier', async () => {
    const [name, headers, bytes] = ['weekly', newKey(), await picture()];
    const first = await (await world.user(name)).upload(bytes, { headers }).expect(201);
    // The app is not reachable meanwhile, so that no other cron job runs.
    await world.cloud.appIsGone();
    await world.advance(WEEK - 1);
    const again = await (await world.user(name)).upload(bytes, { headers }).expect(201);
    await world.advance(1);

    const other = await (await world.user(name)).upload(await picture(), { headers }).expect(201);

    expect(again.body.photo.id).toBe(first.body.photo.id);
    expect(other.body.photo.id).not.toBe(first.body.photo.id);
  });
});
