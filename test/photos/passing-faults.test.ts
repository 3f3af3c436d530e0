import request from 'supertest';
import { describe, expect, test } from 'vitest';
import { QUEUES } from '../../src/background/table.ts';
import { Photo, UploadReply } from '../../src/features/photos/schemas.ts';
import { chaosWith } from '../support/chaos.ts';
import { checked } from '../support/checked.ts';
import { heic } from '../support/heic.ts';
import { problemOf } from '../support/replies.ts';
import { secondInstance } from '../support/second-instance.ts';
import type { TestUser } from '../support/test-user.ts';
import { startWorld } from '../support/world.ts';

const world = await startWorld();
/** Instances on which a picture of 2048 x 1536 meets a limit: libheif begins with 16 MiB and takes some 30 for it. */
const small = await secondInstance(world, {}, { DECODE_HEIC_BYTES: String(24 * 2 ** 20) });
const hasty = await secondInstance(world, {}, { DECODE_MS: '1' });
const MINUTE = 60_000;
const NO_COUNTS = 'Left out in chaos: it counts attempts.';

interface PhotoBody {
  id: string;
  state: string;
  processing: { attempts: number; lastError: string | null; nextAttemptAt: string | null };
  variants: Record<'thumb' | 'large', { url: string }>;
}

const read = async (user: TestUser, { id }: { id: string }) => await user.read(`/v1/photos/${id}`, Photo);

/** Uploads a picture; its tasks come to that instance. Bytes behind the picture make it another one. */
async function uploadFor(user: TestUser, instance: string, tail = ''): Promise<PhotoBody> {
  await world.cloud.appIsAt(instance);
  const { body } = await user.upload(Buffer.concat([heic(), Buffer.from(tail)])).expect(201);
  await world.drain();
  return body.photo as PhotoBody;
}

async function throughAllAttempts(): Promise<void> {
  for (let tried = 0; tried <= QUEUES.variants.attempts; tried++) await world.advance(2 * MINUTE);
}

const WAYS = [
  { what: 'takes more memory than there is for it', where: () => small, code: 'decode-memory' },
  { what: 'takes longer than it may', where: () => hasty, code: 'decode-timeout' },
];

describe.each(WAYS)('a decode that $what', ({ where, code }) => {
  test('a passing fault of a decode is retried, reports the true reason, and succeeds by itself where there is room', async ({
    skip,
  }) => {
    skip(chaosWith('abort', 'cut', 'twice'), NO_COUNTS);
    const ana = await world.user();
    const photo = await uploadFor(ana, where());
    const once = await read(ana, photo);
    expect(once).toMatchObject({ state: 'pending', processing: { attempts: 1 } });
    expect(once.processing.lastError).toMatch(new RegExp(`^${code}: `));
    expect(once.processing.nextAttemptAt).not.toBeNull();

    await world.cloud.appIsAt(world.appUrl);
    await world.advance(MINUTE);
    const ready = { state: 'ready', processing: { attempts: 2, lastError: null, nextAttemptAt: null } };
    expect(await read(ana, photo)).toMatchObject(ready);
  });

  test.each(['thumb', 'large'] as const)(
    'a passing fault of a decode answers 503 to a request for the %s, which succeeds later',
    async (size) => {
      const ana = await world.user();
      await world.cloud.appIsGone();
      const { body } = await ana.upload(heic()).expect(201);
      const { url } = checked(UploadReply, body).photo.variants[size];
      const refused = await request(where()).get(url).expect(503);
      expect(problemOf(refused)).toMatchObject({ code, retryable: true });
      expect(refused.headers).toMatchObject({ 'retry-after': '10', 'cache-control': 'no-store' });
      await request(world.url).get(url).expect(200);
    },
  );
});

/** Moves the clock to a moment at which tasks come to that instance; what cron does until then is no matter here. */
async function until(moment: string | null, instance: string): Promise<void> {
  await world.cloud.appIsGone();
  await world.advance(Date.parse(moment ?? '') - world.clock.now() - 1);
  await world.cloud.appIsAt(instance);
  await world.advance(1);
}

test('a photo whose decode never ends in time is tried twice more within eight days, then its owner can ask', async ({
  skip,
}) => {
  skip(chaosWith('abort', 'cut', 'twice'), NO_COUNTS);
  const name = 'ana';
  const { attempts } = QUEUES.variants;
  const now = async (photo: PhotoBody) => read(await world.user(name), photo);
  const unlucky = await uploadFor(await world.user(name), hasty);
  await world.advance(2 * MINUTE);
  const late = await uploadFor(await world.user(name), hasty, 'late');
  await throughAllAttempts();

  const failed = await now(unlucky);
  expect(failed).toMatchObject({ state: 'failed', processing: { attempts } });
  expect(failed.processing.lastError).toMatch(/^decode-timeout: /);
  const seconds = Math.ceil((Date.parse(failed.processing.nextAttemptAt ?? '') - world.clock.now()) / 1000);
  expect(seconds).toBeGreaterThan(23 * 3600);
  const early = await request(hasty).get(failed.variants.thumb.url).expect(503);
  expect(problemOf(early)).toMatchObject({ code: 'unavailable', retryable: true });
  expect(early.headers).toMatchObject({ 'retry-after': String(seconds) });

  await until(failed.processing.nextAttemptAt, hasty);
  const nextDay = await now(unlucky);
  expect(nextDay).toMatchObject({ state: 'failed', processing: { attempts: attempts + 1 } });
  await until((await now(late)).processing.nextAttemptAt, hasty);

  await until(nextDay.processing.nextAttemptAt, hasty);
  const given = await now(unlucky);
  expect(given).toMatchObject({ state: 'failed', processing: { attempts: attempts + 2, nextAttemptAt: null } });
  expect(given.processing.lastError).toMatch(/^decode-timeout: /);
  const gone = await request(hasty).get(given.variants.thumb.url).expect(404);
  expect(problemOf(gone).detail).toContain('decode-timeout');

  await until((await now(late)).processing.nextAttemptAt, world.appUrl);
  const ready = { state: 'ready', processing: { lastError: null, nextAttemptAt: null } };
  expect(await now(late)).toMatchObject(ready);
  await (await world.user(name)).post(`/v1/photos/${unlucky.id}/retry`).expect(202);
  await world.drain();
  expect(await now(unlucky)).toMatchObject(ready);
});
