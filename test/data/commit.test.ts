import { describe, expect, test } from 'vitest';
import { Me } from '../../src/features/accounts/schemas.ts';
import { TimelinePage } from '../../src/features/timeline/schemas.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import type { Change } from '../../src/data/rules/change.ts';
import { createLibrary } from '../../src/data/commit/group-commit.ts';
import type { UserId } from '../../src/runtime/ids.ts';
import { idempotencyRef } from '../../src/data/model/entity-refs.ts';
import { picture } from '../support/picture.ts';
import { problemOf } from '../support/replies.ts';
import { commitsOf } from '../support/stored.ts';
import { signUp, type TestUser } from '../support/test-user.ts';
import { startWorld } from '../support/world.ts';

const world = await startWorld();

const captions = async (user: TestUser) =>
  (await user.read('/v1/timeline?limit=200', TimelinePage)).items.map(({ caption }) => caption).sort();

describe('writing a user’s data', () => {
  test('forty photos over eight connections are all there, each once, and counted', async () => {
    const ana = await world.user();
    const names = Array.from({ length: 40 }, (_, index) => `photo ${String(index).padStart(2, '0')}`);
    const waiting = [...names];
    const connection = async () => {
      for (let caption = waiting.shift(); caption; caption = waiting.shift()) {
        await ana.upload(await picture({ width: 64, height: 48 }), { fields: { caption } }).expect(201);
      }
    };
    await Promise.all(Array.from({ length: 8 }, connection));

    expect(await captions(ana)).toEqual(names);
    expect((await ana.get('/v1/me').expect(200)).body.usage).toMatchObject({ photos: 40 });
    expect((await ana.get('/v1/timeline')).body.sequence).toBe(40);
  });

  test('the same bytes at the same moment make one photo', async () => {
    const ana = await world.user();
    const bytes = await picture();
    const replies = await Promise.all([ana.upload(bytes), ana.upload(bytes), ana.upload(bytes)]);

    expect(replies.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 200, 201]);
    expect(new Set(replies.map(({ body }) => body.photo.id as string)).size).toBe(1);
    expect(await captions(ana)).toHaveLength(1);
  });

  test.each([
    [3, 60, 1],
    [3, 90, 2],
    [3, 150, 3],
    [26, 1, 2],
    [1, 300, 1],
  ])('%i waiting callers who name %i rows each share %i transactions', async (callers, rows, transactions) => {
    const ana = await world.user();
    const { id } = await ana.read('/v1/me', Me);
    const library = createLibrary({ datastore: world.datastore, clock: systemClock, deliver: async () => [] });
    const commits = () => commitsOf(world.datastore, id);
    const before = await commits();

    await Promise.all(
      Array.from({ length: callers }, (_, caller) => {
        const names = Array.from({ length: rows }, (_, row) => idempotencyRef(`${caller}/${row}`));
        const keep = async (change: Change) => change.idempotency.keep(`${caller}`, { fingerprint: '', reply: null });
        return library.commit(id as UserId, keep, names);
      }),
    );

    expect((await commits()) - before).toBe(transactions);
  });

  test('a commit that Datastore aborts is made again', async () => {
    const ana = await world.user();
    await world.cloud.abortCommits(2);
    await ana.upload(await picture(), { fields: { caption: 'third time lucky' } }).expect(201);
    expect(await captions(ana)).toEqual(['third time lucky']);
  });

  test('a commit that Datastore keeps aborting ends in a refusal, and nothing is left', async () => {
    const ana = await world.user();
    const before = await world.objects();
    await world.cloud.abortCommits(8);
    const refused = await ana.upload(await picture()).expect(429);
    expect([problemOf(refused).code, refused.headers['retry-after']]).toEqual(['busy', '1']);
    expect(await captions(ana)).toEqual([]);
    expect(await world.objects()).toEqual(before);
  });

  test('a bucket that breaks an upload off is told as such, and nothing is left', async () => {
    const ana = await world.user();
    const hasty = await signUp(world.appUrl, ana.name);
    const before = await world.objects();
    await world.cloud.cutWrites(1);
    const problem = problemOf(await hasty.upload(await picture({ bytes: 500_000 })).expect(503));
    expect(problem).toMatchObject({ code: 'unavailable', retryable: true });
    expect(await captions(ana)).toEqual([]);
    expect(await world.objects()).toEqual(before);
    await ana.upload(await picture()).expect(201);
  });

  test('a task that could not be created is created by the sweep', async () => {
    const ana = await world.user();
    const { body } = await ana.upload(await picture()).expect(201);
    // As if the program had been killed between commit and task: the row is there, the task is not.
    const user = world.datastore.key(['User', (await ana.read('/v1/me', Me)).id]);
    const client = await world.tasks();
    const queue = client.queuePath('photo-timeline', 'local', 'variants');
    await client.purgeQueue({ name: queue });
    const outbox = world.datastore.createQuery('Outbox').hasAncestor(user);
    expect((await world.datastore.runQuery(outbox))[0]).toHaveLength(1);

    await world.advance(60_000);
    expect(await world.cloud.runCron('/cron/sweep-outbox')).toBe(200);
    await world.drain();

    expect((await ana.get(`/v1/photos/${body.photo.id}`)).body.state).toBe('ready');
    expect((await world.datastore.runQuery(outbox))[0]).toEqual([]);
  });
});
