import { describe, expect, test } from 'vitest';
import { picture } from '../support/picture.ts';
import type { TestUser } from '../support/test-user.ts';
import { startWorld } from '../support/world.ts';
import { open, send, sendDirect, sha256 } from './phone.ts';

const world = await startWorld();

/** Sends `bytes` and says that they have the digest of `others`. */
async function sendAs(user: TestUser, bytes: Buffer, others: Buffer): Promise<string> {
  const { id, sessionUrl } = await open(user, bytes, { sha256: sha256(others) });
  await send(sessionUrl, bytes);
  return id;
}

async function finish(user: TestUser, upload: string) {
  const { body } = await user.post('/v1/photos/batch').send({ items: [{ upload }] });
  return body.results[0] as { status: string; photo: { id: string; state: string }; problem: { code: string } };
}

const rowOf = async (user: TestUser, photo: string) => {
  const { id } = (await user.get('/v1/me')).body as { id: string };
  const [row] = (await world.datastore.get(world.datastore.key(['User', id, 'Photo', photo]))) as [{ view: string }];
  return JSON.parse(row.view) as { digest: string; sha256: string };
};

describe('the digest that a client claims for a direct upload', () => {
  test('is proved by the task that makes the variants', async () => {
    const ana = await world.user();
    const { photo } = await finish(ana, await sendDirect(ana, await picture()));
    expect((await rowOf(ana, photo.id)).digest).toBe('claimed');

    await world.drain();

    expect((await rowOf(ana, photo.id)).digest).toBe('proved');
  });

  test('that is wrong is found out: the photo fails, and is known by its true digest', async () => {
    const ana = await world.user();
    const [bytes, others] = [await picture(), await picture()];
    const { photo } = await finish(ana, await sendAs(ana, bytes, others));

    await world.drain();

    const { body } = await ana.get(`/v1/photos/${photo.id}`).expect(200);
    expect(body).toMatchObject({ state: 'failed', sha256: sha256(bytes) });
    expect(body.processing.lastError).toContain('digest-mismatch');
    const { body: known } = await ana.post('/v1/photos/check').send({ sha256: [sha256(bytes), sha256(others)] });
    expect(known.items).toMatchObject([{ status: 'present', id: photo.id }, { status: 'missing' }]);
  });

  test('that is wrong swallows no bytes that really have it, even before it is found out', async () => {
    const ana = await world.user();
    const [bytes, others] = [await picture(), await picture()];
    const { photo } = await finish(ana, await sendAs(ana, bytes, others));

    const front = await ana.upload(others).expect(201);
    await world.drain();

    expect(front.body.photo.id).not.toBe(photo.id);
    expect((await ana.upload(others).expect(200)).body.photo.id).toBe(front.body.photo.id);
    expect((await ana.upload(bytes).expect(200)).body.photo.id).toBe(photo.id);
  });

  test('that belongs to bytes which are there already is refused for others, and nothing is kept', async () => {
    const ana = await world.user();
    const [bytes, others] = [await picture(), await picture()];
    await ana.upload(others).expect(201);
    await world.drain();
    const before = await world.objects();

    const { problem } = await finish(ana, await sendAs(ana, bytes, others));

    expect(problem).toMatchObject({ code: 'digest-mismatch' });
    await world.drain();
    expect(await world.objects()).toEqual(before);
  });
});
