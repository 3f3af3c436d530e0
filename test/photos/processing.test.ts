import request from 'supertest';
import { describe, expect, test } from 'vitest';
import { QUEUES } from '../../src/background/table.ts';
import { Photo, UploadReply } from '../../src/features/photos/schemas.ts';
import { chaosWith } from '../support/chaos.ts';
import { checked } from '../support/checked.ts';
import { picture } from '../support/picture.ts';
import { bytesOf, problemOf } from '../support/replies.ts';
import type { TestUser } from '../support/test-user.ts';
import { START, startWorld } from '../support/world.ts';
import { open, send } from '../uploads/phone.ts';

const world = await startWorld();
const MINUTE = 60_000;

interface PhotoBody {
  id: string;
  state: string;
  processing: { attempts: number; lastError: string | null; nextAttemptAt: string | null };
  variants: { thumb: { url: string } };
  original: { url: string };
}

const read = async (user: TestUser, { id }: { id: string }) => await user.read(`/v1/photos/${id}`, Photo);

/** A photo that came straight to the bucket, so that nothing of it is in the app's memory, with its object put aside. */
async function withoutOriginal(user: TestUser) {
  const bytes = await picture();
  const before = await world.objects();
  const upload = await open(user, bytes);
  await send(upload.sessionUrl, bytes);
  const object = (await world.objects()).find((name) => !before.includes(name)) ?? '';
  const { body } = await user.post('/v1/photos/batch').send({ items: [{ upload: upload.id }] });
  const file = world.bucket.file(object);
  await file.delete();
  return { photo: body.results[0].photo as PhotoBody, bringBack: () => file.save(bytes, { resumable: false }) };
}

/** A JPEG whose head is in order and whose picture is none: only a decoder can tell. */
async function poison(): Promise<Buffer> {
  const bytes = await picture({ width: 64, height: 64 });
  const frame = bytes.indexOf(Buffer.of(0xff, 0xc0));
  // A frame of a precision that no baseline JPEG has (ITU-T T.81, table B.2).
  bytes[frame + 4] = 7;
  return bytes;
}

describe('a photo whose smaller sizes cannot be made at the moment', () => {
  test('a photo whose sizes cannot be made yet says why, how often it was tried and when the next try is, until it works', async ({
    skip,
  }) => {
    skip(chaosWith('abort', 'cut', 'twice'), 'Left out in chaos: it counts tries.');
    const ana = await world.user();
    const { photo, bringBack } = await withoutOriginal(ana);
    expect(photo.processing).toEqual({ attempts: 0, lastError: null, nextAttemptAt: null });

    await world.drain();
    const once = await read(ana, photo);
    expect(once).toMatchObject({ state: 'pending', processing: { attempts: 1, lastError: 'internal' } });
    await world.advance(Date.parse(once.processing.nextAttemptAt ?? '') - START - 1);
    expect((await read(ana, photo)).processing.attempts).toBe(1);
    await world.advance(1);
    expect((await read(ana, photo)).processing.attempts).toBe(2);

    await bringBack();
    await world.advance(MINUTE);
    const ready = await read(ana, photo);
    expect(ready).toMatchObject({ state: 'ready', processing: { attempts: 3, lastError: null, nextAttemptAt: null } });
  });

  test('a photo whose sizes cannot be made fails after the attempts of its queue, and is attempted again when its owner asks', async ({
    skip,
  }) => {
    skip(chaosWith('abort', 'cut', 'twice'), 'Left out in chaos: it counts tries.');
    const ana = await world.user();
    const { photo, bringBack } = await withoutOriginal(ana);
    for (let tried = 0; tried <= QUEUES.variants.attempts; tried++) await world.advance(2 * MINUTE);
    const failed = await read(ana, photo);
    expect(failed).toMatchObject({
      state: 'failed',
      processing: { attempts: QUEUES.variants.attempts, lastError: 'internal', nextAttemptAt: null },
    });

    await bringBack();
    const retried = await ana.post(`/v1/photos/${photo.id}/retry`).expect(202);
    expect(retried.body).toMatchObject({ state: 'pending', revision: 1 });
    await ana.post(`/v1/photos/${photo.id}/retry`).expect(202);
    await world.drain();
    expect(await read(ana, photo)).toMatchObject({ state: 'ready', processing: { lastError: null } });
    const problem = problemOf(await ana.post(`/v1/photos/${photo.id}/retry`).expect(409));
    expect(problem.code).toBe('conflict');
    expect(problem).not.toHaveProperty('retryable');
  });
});

describe('a file that does not decode', () => {
  test('a file that does not decode is attempted once, keeps its original, and is not decoded again on requests', async () => {
    const ana = await world.user();
    const bytes = await poison();
    const { body } = await ana.upload(bytes).expect(201);
    await world.drain();
    const failed = await read(ana, body.photo);
    expect(failed).toMatchObject({ state: 'failed', processing: { attempts: 1, nextAttemptAt: null } });
    expect(failed.processing.lastError).toMatch(/^damaged-image: /);

    const thumb = await request(world.url).get(failed.variants.thumb.url).expect(404);
    expect(problemOf(thumb).detail).toContain('damaged-image');
    const original = await request(world.url).get(failed.original.url).responseType('blob').expect(200);
    expect(Buffer.compare(bytesOf(original), bytes)).toBe(0);
  });

  test('a file that does not decode is in the same state after a retry', async () => {
    const ana = await world.user();
    const { body } = await ana.upload(await poison()).expect(201);
    await world.drain();
    await ana.post(`/v1/photos/${body.photo.id}/retry`).expect(202);
    await world.drain();
    expect(await read(ana, body.photo)).toMatchObject({ state: 'failed', processing: { attempts: 2 } });
  });
});

test('a retry of another user’s photo gets 404', async () => {
  const [ana, bob] = [await world.user(), await world.user()];
  const { body } = await ana.upload(await picture()).expect(201);
  await bob.post(`/v1/photos/${body.photo.id}/retry`).expect(404);
});

describe('a new photo', () => {
  test('a new photo says when its first attempt is expected while photos wait for theirs, and not for long after', async () => {
    const ana = await world.user();
    const post = async () => checked(UploadReply, (await ana.upload(await picture()).expect(201)).body).photo;
    // What earlier photos waited says nothing any more.
    await world.advance(2 * MINUTE);
    await post();
    await world.step(2 * MINUTE);
    await world.drain();
    const waiting = await post();
    expect(waiting.state).toBe('pending');
    expect(Date.parse(waiting.processing.nextAttemptAt ?? '') - world.clock.now()).toBe(2 * MINUTE);
    await world.drain();
    expect(await read(ana, waiting)).toMatchObject({ state: 'ready', processing: { nextAttemptAt: null } });

    await world.advance(2 * MINUTE + 1);
    expect((await post()).processing.nextAttemptAt).toBeNull();
  });
});
