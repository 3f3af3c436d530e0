import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { picture } from '../support/picture.ts';
import { problemOf } from '../support/replies.ts';
import { startWorld } from '../support/world.ts';

const world = await startWorld();

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

describe('asking which bytes are there', () => {
  test('a check reports present, trashed and missing bytes in the order of the request', async () => {
    const ana = await world.user();
    const [shown, thrown, erased] = [await picture(), await picture(), await picture()];
    const ids: string[] = [];
    for (const bytes of [shown, thrown, erased])
      ids.push((await ana.upload(bytes).expect(201)).body.photo.id as string);
    for (const id of ids.slice(1)) await ana.delete(`/v1/photos/${id}`).expect(204);
    await ana.delete(`/v1/trash/${ids[2]}`).expect(204);
    const asked = [sha256(erased), sha256(thrown), sha256(shown), '0'.repeat(64), sha256(thrown)];

    const { body } = await ana.post('/v1/photos/check').send({ sha256: asked }).expect(200);

    expect(body.items).toEqual([
      { sha256: asked[0], status: 'missing' },
      { sha256: asked[1], status: 'trashed', id: ids[1] },
      { sha256: asked[2], status: 'present', id: ids[0] },
      { sha256: asked[3], status: 'missing' },
      { sha256: asked[4], status: 'trashed', id: ids[1] },
    ]);
  });

  test('a check finds the copy that is shown beside one in the trash', async () => {
    const ana = await world.user();
    const bytes = await picture();
    const { body: first } = await ana.upload(bytes).expect(201);
    const { body: copy } = await ana.upload(bytes, { query: '?duplicates=allow' }).expect(201);
    await ana.delete(`/v1/photos/${first.photo.id}`).expect(204);

    const { body } = await ana
      .post('/v1/photos/check')
      .send({ sha256: [sha256(bytes)] })
      .expect(200);

    expect(body.items).toMatchObject([{ status: 'present', id: copy.photo.id }]);
  });

  test('a check says nothing about the bytes of another user', async () => {
    const [ana, ben] = [await world.user(), await world.user()];
    const bytes = await picture();
    await ana.upload(bytes).expect(201);
    const { body } = await ben
      .post('/v1/photos/check')
      .send({ sha256: [sha256(bytes)] })
      .expect(200);
    expect(body.items).toEqual([{ sha256: sha256(bytes), status: 'missing' }]);
  });

  test('a check takes 500 checksums, and refuses more, none and a text that is no checksum', async () => {
    const ana = await world.user();
    const many = Array.from({ length: 501 }, () => randomBytes(32).toString('hex'));
    const ask = (digests: string[]) => ana.post('/v1/photos/check').send({ sha256: digests });
    expect((await ask(many.slice(1)).expect(200)).body.items).toHaveLength(500);
    for (const digests of [many, [], ['ABC']])
      expect(problemOf(await ask(digests).expect(400)).code).toBe('invalid-request');
  });
});
