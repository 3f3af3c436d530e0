import { describe, expect, test } from 'vitest';
import { Me } from '../../src/features/accounts/schemas.ts';
import { picture } from '../support/picture.ts';
import { problemOf } from '../support/replies.ts';
import type { TestUser } from '../support/test-user.ts';
import { startWorld } from '../support/world.ts';
import { open, send, sendDirect, sha256 } from './phone.ts';

const world = await startWorld();

interface Result {
  status: string;
  photo?: { id: string };
  problem?: { code: string; errors?: { pointer: string }[] };
}

const batch = (user: TestUser, uploads: string[], headers: Record<string, string> = {}) =>
  user
    .post('/v1/photos/batch')
    .set(headers)
    .send({ items: uploads.map((upload) => ({ upload })) });

const outcomes = (results: Result[]) => results.map(({ status, problem }) => problem?.code ?? status);
const originals = async () => (await world.objects()).filter((name) => name.startsWith('originals/'));

describe('a batch of uploads', () => {
  test('a batch of uploads has one result for each, in order, and a failure affects no other', async () => {
    const ana = await world.user();
    const before = await originals();
    const [one, two] = [await picture(), await picture()];
    const cut = (await picture()).subarray(0, 90);
    const asPng = await open(ana, two, { type: 'image/png' });
    await send(asPng.sessionUrl, two);
    const uploads = [
      await sendDirect(ana, one),
      (await open(ana, two)).id,
      await sendDirect(ana, one),
      asPng.id,
      await sendDirect(ana, cut),
      await sendDirect(await world.user(), two),
      await sendDirect(ana, two),
    ];

    const { body } = await batch(ana, uploads).expect(200);

    const results = body.results as Result[];
    expect(outcomes(results)).toEqual([
      'created',
      'upload-unfinished',
      'duplicate',
      'unsupported-image',
      'damaged-image',
      'not-found',
      'created',
    ]);
    expect(results[2]?.photo?.id).toBe(results[0]?.photo?.id);
    expect((await ana.get('/v1/timeline')).body.items).toHaveLength(2);
    await world.drain();
    // Of the others only the one of the other user is still open.
    expect(await originals()).toHaveLength(before.length + 3);
  });

  test('an invalid item of a batch has a result of its own, and the others become photos', async () => {
    const ana = await world.user();
    const [one, two] = [await sendDirect(ana, await picture()), await sendDirect(ana, await picture())];
    const items = [
      { upload: one },
      { upload: 'no id at all' },
      { upload: two, caption: 'x'.repeat(5000) },
      { upload: two, colour: 'red' },
      'nothing',
      { upload: two, caption: 'At the lake' },
    ];
    const send = () => ana.post('/v1/photos/batch').set('Idempotency-Key', 'malformed').send({ items }).expect(200);

    const { body } = await send();

    const results = body.results as Result[];
    expect(outcomes(results)).toEqual(['created', ...Array.from({ length: 4 }, () => 'invalid-request'), 'created']);
    expect(results.slice(1, 5).map(({ problem }) => problem?.errors?.map(({ pointer }) => pointer))).toEqual([
      ['/upload'],
      ['/caption'],
      ['/colour'],
      [''],
    ]);
    expect((await send()).body).toEqual(body);
    expect((await ana.get('/v1/timeline')).body.items).toHaveLength(2);
  });

  test('a batch of fifty uploads is one transaction; fifty-one are refused', async () => {
    const ana = await world.user();
    const uploads: string[] = [];
    for (let count = 0; count < 50; count++)
      uploads.push(await sendDirect(ana, await picture({ width: 32, height: 24 })));

    await batch(ana, [...uploads, uploads[0] ?? '']).expect(400);
    const { body } = await batch(ana, uploads).expect(200);

    expect(new Set(outcomes(body.results as Result[]))).toEqual(new Set(['created']));
    const row = world.datastore.key(['User', (await ana.read('/v1/me', Me)).id]);
    const [user] = (await world.datastore.get(row)) as [{ view: string }];
    expect(JSON.parse(user.view)).toMatchObject({ photos: 50, sequence: 50, commits: { length: 51 } });
  });

  test('sent again gives the same photos, with a key or without one', async () => {
    const ana = await world.user();
    const uploads = [await sendDirect(ana, await picture()), await sendDirect(ana, await picture())];
    const key = { 'Idempotency-Key': 'batch' };
    const first = await batch(ana, uploads, key).expect(200);
    await ana.patch(`/v1/photos/${first.body.results[0].photo.id}`).send({ caption: 'later' }).expect(200);

    const replayed = await batch(ana, uploads, key).expect(200);
    const again = await batch(ana, uploads).expect(200);

    expect(first.headers['idempotent-replayed']).toBeUndefined();
    expect(replayed.headers['idempotent-replayed']).toBe('true');
    expect(replayed.body.results).toMatchObject([
      { status: 'created', photo: { caption: 'later' } },
      { status: 'created' },
    ]);
    expect(again.body).toEqual(replayed.body);
    expect(problemOf(await batch(ana, uploads.slice(1), key).expect(422)).code).toBe('idempotency-mismatch');
    expect((await ana.get('/v1/timeline')).body.items).toHaveLength(2);
  });

  test('two at once make each photo once', async () => {
    const ana = await world.user();
    const uploads = [await sendDirect(ana, await picture()), await sendDirect(ana, await picture())];

    const replies = await Promise.all([batch(ana, uploads), batch(ana, uploads), batch(ana, uploads.toReversed())]);

    for (const { body } of replies) expect(outcomes(body.results as Result[])).toEqual(['created', 'created']);
    expect((await ana.get('/v1/timeline')).body.items).toHaveLength(2);
  });

  test('a repeated batch whose photo has been erased since says so', async () => {
    const ana = await world.user();
    const uploads = [await sendDirect(ana, await picture())];
    const { body } = await batch(ana, uploads, { 'Idempotency-Key': 'erased' }).expect(200);
    const { id } = body.results[0].photo;
    await ana.delete(`/v1/photos/${id}`).expect(204);
    await ana.delete(`/v1/trash/${id}`).expect(204);

    for (const headers of [{ 'Idempotency-Key': 'erased' }, {}] as Record<string, string>[]) {
      const again = await batch(ana, uploads, headers).expect(200);
      expect(outcomes(again.body.results as Result[])).toEqual(['not-found']);
    }
  });
});

describe('opening an upload with an Idempotency-Key', () => {
  const wanted = (bytes: Buffer) => ({ bytes: bytes.length, type: 'image/jpeg', sha256: sha256(bytes) });

  test('twice opens one session, also at the same time', async () => {
    const ana = await world.user();
    const bytes = await picture();
    const openIt = () => ana.post('/v1/uploads').set('Idempotency-Key', 'open').send(wanted(bytes)).expect(201);

    const replies = await Promise.all([openIt(), openIt()]);
    const again = await openIt();

    expect(replies[0]?.body).toEqual(replies[1]?.body);
    expect(again.body).toEqual(replies[0]?.body);
    expect(again.headers['idempotent-replayed']).toBe('true');
    await send(again.body.sessionUrl as string, bytes);
  });

  test('for another file is refused', async () => {
    const ana = await world.user();
    const openIt = (bytes: Buffer) => ana.post('/v1/uploads').set('Idempotency-Key', 'other').send(wanted(bytes));
    await openIt(await picture()).expect(201);
    expect(problemOf(await openIt(await picture()).expect(422)).code).toBe('idempotency-mismatch');
  });
});
