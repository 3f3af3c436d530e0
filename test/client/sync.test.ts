import { expect, test } from 'vitest';
import {
  localSignIn,
  PhotoTimelineClient,
  type ClientOptions,
  type Fetch,
  type LibraryChange,
  type LibraryCopy,
  type SyncStep,
} from '../../src/client/index.ts';
import { picture } from '../support/picture.ts';
import { startWorld } from '../support/world.ts';

const world = await startWorld();

/** A copy in memory that counts what it was given. */
class MemoryCopy implements LibraryCopy {
  readonly held = new Map<string, LibraryChange>();
  steps: SyncStep[] = [];
  position: string | undefined;
  /** Steps after which saving fails. */
  failsAfter = Infinity;

  load() {
    return this.position;
  }

  save(step: SyncStep) {
    if (this.steps.length >= this.failsAfter) throw new Error('The disk is full.');
    this.steps.push(step);
    if (step.startsOver) this.held.clear();
    for (const change of step.changes) {
      if (change.type === 'upsert') this.held.set(change.id, change);
      else this.held.delete(change.id);
    }
    this.position = step.position;
  }
}

const clientOf = (name: string, options: Partial<ClientOptions> = {}) =>
  new PhotoTimelineClient({ service: world.url, token: localSignIn(name, { service: world.url }), ...options });

const photoFile = async (seed: number) => new File([new Uint8Array(await picture({ seed }))], `${seed}.jpg`);

test('a copy is filled page by page, goes on after a failure, and then gets news alone', async () => {
  const statuses: number[] = [];
  const watching: Fetch = async (input, init) => {
    const reply = await fetch(input, init);
    if (input.includes('/v1/changes')) statuses.push(reply.status);
    return reply;
  };
  const client = clientOf('ana', { fetch: watching });
  const copy = new MemoryCopy();
  for (let seed = 1; seed <= 5; seed++) await client.upload(await photoFile(seed), { untilReady: false });
  await world.drain();
  copy.failsAfter = 2;
  await expect(client.sync(copy, { pageSize: 2 })).rejects.toThrow('The disk is full.');
  copy.failsAfter = Infinity;
  expect(copy.held.size).toBe(4);
  expect(await client.sync(copy, { pageSize: 2 })).toEqual({ upserts: 1, deletes: 0, startedOver: false });
  expect(copy.held.size).toBe(5);
  expect(copy.steps.map(({ startsOver, isLast }) => [startsOver, isLast])).toEqual([
    [true, false],
    [false, false],
    [false, true],
  ]);
  statuses.length = 0;
  expect(await client.sync(copy)).toEqual({ upserts: 0, deletes: 0, startedOver: false });
  expect(statuses).toEqual([304]);

  const album = await client.call('post /v1/albums', { body: { title: 'Lake' } });
  const [first = '', second = ''] = copy.held.keys();
  await client.call('delete /v1/photos/{id}', { path: { id: first } });
  await client.call('patch /v1/photos/{id}', { path: { id: second }, body: { caption: 'Shore' } });
  expect(await client.sync(copy)).toEqual({ upserts: 2, deletes: 1, startedOver: false });
  expect(copy.held.get(album.id)).toMatchObject({ kind: 'album', album: { title: 'Lake' } });
  expect(copy.held.get(second)).toMatchObject({ kind: 'photo', photo: { caption: 'Shore' } });
  expect(copy.held.has(first)).toBe(false);

  // A position that cannot be read, or that the service cannot read any more, begins again.
  for (const position of ['{"token', JSON.stringify({ token: 'damaged' })]) {
    copy.position = position;
    expect(await client.sync(copy)).toEqual({ upserts: 5, deletes: 0, startedOver: true });
  }
  expect(copy.held.size).toBe(5);
});

test('kinds and types that a newer service may send are skipped', async () => {
  const client = clientOf('ben', {
    fetch: async (input, init) => {
      const reply = await fetch(input, init);
      if (!input.includes('/v1/changes')) return reply;
      const page = (await reply.json()) as { changes: object[] };
      const newer = [
        { sequence: 1, kind: 'person', type: 'upsert', person: { id: 'p' } },
        { sequence: 2, kind: 'photo', type: 'archive', id: 'x' },
      ];
      return Response.json({ ...page, changes: [...newer, ...page.changes] });
    },
  });
  await client.upload(await photoFile(1));
  const copy = new MemoryCopy();
  expect(await client.sync(copy)).toEqual({ upserts: 1, deletes: 0, startedOver: true });
});

test('following a library tells of each round with news, waits between rounds, and outlives failures', async () => {
  const stop = new AbortController();
  const writer = clientOf('cleo');
  const waits: number[] = [];
  const failures: string[] = [];
  const client = clientOf('cleo', {
    attempts: 1,
    fetch: (input, init) => (waits.length === 1 ? Promise.reject(new TypeError('No network.')) : fetch(input, init)),
    wait: async (ms) => {
      waits.push(ms);
      if (waits.length === 3) await writer.upload(await photoFile(2));
      if (waits.length === 4) stop.abort(new Error('Enough.'));
    },
  });
  await writer.upload(await photoFile(1));
  const rounds: number[] = [];
  const followed = (async () => {
    const options = {
      everyMs: 1000,
      signal: stop.signal,
      onFailure: ({ code }: { code: string }) => failures.push(code),
    };
    for await (const { upserts } of client.follow(new MemoryCopy(), options)) rounds.push(upserts);
  })();
  await expect(followed).rejects.toThrow('Enough.');
  expect(rounds).toEqual([1, 1]);
  expect(failures).toEqual(['unreachable']);
  expect(waits).toEqual([1000, 1000, 1000, 1000]);
});
