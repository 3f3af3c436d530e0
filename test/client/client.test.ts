import { openAsBlob } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  localSignIn,
  PhotoTimelineClient,
  PhotoTimelineError,
  type ClientOptions,
  type Fetch,
  type ListedPhoto,
} from '../../src/client/index.ts';
import { HOUR_MS } from '../../src/runtime/durations.ts';
import { picture } from '../support/picture.ts';
import { realPhotos, whyNoRealPhotos } from '../support/real-photos.ts';
import { secondInstance } from '../support/second-instance.ts';
import { startWorld } from '../support/world.ts';

const world = await startWorld();

/** What waits moves the clock, so that nothing sleeps. */
const waits: number[] = [];
const wait = async (ms: number) => {
  waits.push(ms);
  await world.advance(ms);
};

const clientOf = (name: string, options: Partial<ClientOptions> = {}) =>
  new PhotoTimelineClient({
    service: world.url,
    token: localSignIn(name, { service: world.url }),
    wait,
    now: world.clock.now,
    ...options,
  });

const photoFile = async (seed: number, name = `${seed}.jpg`, bytes = 0) =>
  new File([new Uint8Array(await picture({ seed, bytes }))], name, { type: 'image/jpeg' });

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** A request on a line that carries nothing. */
const neverAnswered = (signal?: AbortSignal | null) =>
  new Promise<never>((_, reject) => signal?.addEventListener('abort', () => reject(new Error('Aborted.'))));

/** The error of a call that fails. */
async function errorOf(call: Promise<unknown>): Promise<PhotoTimelineError> {
  const error = await call.then(
    () => undefined,
    (failure: unknown) => failure,
  );
  expect(error).toBeInstanceOf(PhotoTimelineError);
  return error as PhotoTimelineError;
}

describe('the client uploads', () => {
  test('several files, with a result for each: new, known, refused, large, out of the trash', async () => {
    const client = clientOf('ana');
    const large = await photoFile(1, 'large.jpg', 5 * 2 ** 20);
    const files = [await photoFile(2), await photoFile(2), new File(['no picture'], 'text.jpg'), large];
    const progress: number[] = [];
    const told: number[] = [];
    const results = await client.uploadAll(files, {
      atOnce: 1,
      caption: 'Harbour',
      untilReady: true,
      onProgress: ({ file, sentBytes }) => file === large && progress.push(sentBytes),
      onResult: (_, at) => told.push(at),
    });
    expect(results).toMatchObject([
      { status: 'created', photo: { caption: 'Harbour', fileName: '2.jpg', state: 'ready' } },
      { status: 'duplicate' },
      { status: 'refused', error: { code: 'unsupported-image', status: 415 } },
      { status: 'created', photo: { caption: 'Harbour', fileName: 'large.jpg', bytes: large.size, state: 'ready' } },
    ]);
    expect(told).toEqual([0, 1, 2, 3]);
    expect(progress).toEqual([0, 2 * 2 ** 20, 4 * 2 ** 20, large.size]);

    expect(await client.upload(large)).toMatchObject({ status: 'duplicate' });
    const [, , , made] = results;
    const id = made && 'photo' in made ? made.photo.id : '';
    await client.call('delete /v1/photos/{id}', { path: { id } });
    expect(await client.upload(large)).toMatchObject({ status: 'restored', photo: { id, trashedAt: null } });
    // Deleted for good, the same bytes under the same key are a new photo.
    await client.call('delete /v1/photos/{id}', { path: { id } });
    await client.call('delete /v1/trash/{id}', { path: { id } });
    await world.drain();
    const again = await client.upload(large);
    expect(again).toMatchObject({ status: 'created' });
    expect(again).not.toMatchObject({ photo: { id } });
    expect(await client.upload(await photoFile(2), { duplicates: 'allow' })).toMatchObject({ status: 'created' });
    await expect(client.upload(large, { chunkBytes: 100_000 })).rejects.toThrow(RangeError);
  });

  test.skipIf(!realPhotos)(`real photos as they are${whyNoRealPhotos}`, async () => {
    const client = clientOf('real');
    const names = new Set(['IMG_2682.heic', 'big-12mp.jpg', 'HTC Desire.webp', 'corrupt-header.jpg']);
    const chosen = (realPhotos ?? []).filter(({ name }) => names.has(name));
    const files = await Promise.all(
      chosen.map(async ({ name, path }) => new File([await openAsBlob(path)], name, { type: '' })),
    );
    const results = await client.uploadAll(files, { sessionAboveBytes: 2 ** 20 });
    const statuses = Object.fromEntries(chosen.map(({ name }, at) => [name, results[at]?.status]));
    expect(statuses).toEqual({
      'IMG_2682.heic': 'created',
      'big-12mp.jpg': 'created',
      'HTC Desire.webp': 'created',
      'corrupt-header.jpg': 'refused',
    });
    const digests = new Set((await collect(client.timeline())).map(({ sha256 }) => sha256));
    const accepted = chosen.filter(({ truth }) => truth.expect === 'accept').map(({ truth }) => truth.sha256);
    expect(accepted.every((digest) => digests.has(digest))).toBe(true);
  });
});

describe('the client reads', () => {
  test('lists page by page, and stops when it has enough', async () => {
    const client = clientOf('ben');
    for (let seed = 1; seed <= 5; seed++) await client.upload(await photoFile(seed), { caption: String(seed) });
    const all = await collect(client.timeline({ order: 'posted', limit: 2 }));
    expect(all.map(({ caption }) => caption)).toEqual(['5', '4', '3', '2', '1']);
    const pages = await collect(client.timelinePages({ order: 'posted', limit: 2 }));
    expect(pages.map(({ items }) => items.length)).toEqual([2, 2, 1]);
    const rest = client.timeline({ order: 'posted', limit: 2, cursor: pages[0]?.next ?? '' });
    expect((await collect(rest)).map(({ caption }) => caption)).toEqual(['3', '2', '1']);
    await client.call('patch /v1/photos/{id}', { path: { id: all[1]?.id ?? '' }, body: { favourite: true } });
    expect(await collect(client.timeline({ favourite: true }))).toMatchObject([{ caption: '4' }]);

    const requests: string[] = [];
    const counting = clientOf('ben', { fetch: (input, init) => (requests.push(input), fetch(input, init)) });
    for await (const { caption } of counting.timeline({ order: 'posted', limit: 2 })) if (caption === '4') break;
    expect(requests).toHaveLength(1);
    const album = await client.call('post /v1/albums', { body: { title: 'Lake' } });
    await client.call('post /v1/albums/{id}/photos', { path: { id: album.id }, body: { ids: [all[0]?.id ?? ''] } });
    const inAlbum = client.items('get /v1/albums/{id}/photos', { path: { id: album.id } });
    expect(await collect(inAlbum)).toMatchObject([{ caption: '5' }]);
  });

  test('an operation of the document with its types, its tag and its problem', async () => {
    const client = clientOf('cleo');
    const first = await client.send('get /v1/me');
    expect(first).toMatchObject({ status: 200, body: { handle: 'cleo' } });
    const tag = first.headers.get('ETag') ?? '';
    const second = await client.send('get /v1/me', { header: { 'If-None-Match': tag } });
    expect(second).toMatchObject({ status: 304, body: undefined });
    // @ts-expect-error the document has no such operation
    expect((await errorOf(client.call('get /v1/nothing'))).status).toBe(404);
    // @ts-expect-error a title is a text
    const refused = errorOf(client.call('post /v1/albums', { body: { title: 7 } }));
    expect(await refused).toMatchObject({ code: 'invalid-request', problem: { errors: [{ pointer: '/title' }] } });
    const stale = { path: { id: 'x' }, header: { 'If-Match': '"0"' }, body: { title: 'x' } };
    expect(await errorOf(client.call('patch /v1/albums/{id}', stale))).toMatchObject({ status: 404, isPassing: false });
  });

  test('pictures by addresses that work, also long after the photo was read', async () => {
    const client = clientOf('dora');
    await client.upload(await photoFile(1), { untilReady: true });
    const [photo] = (await collect(client.timeline())) as [ListedPhoto];
    const first = await client.picture(photo, 'small', { format: 'webp' });
    const typeAt = async (url: string) => {
      const reply = await fetch(url);
      return reply.ok ? reply.headers.get('Content-Type') : reply.status;
    };
    expect(await typeAt(first.url)).toBe('image/webp');
    expect(await typeAt((await client.picture(photo, 'original')).url)).toBe('image/jpeg');
    expect(await client.picture(photo, 'small', { format: 'webp' })).toEqual(first);
    // The clock is set ahead: the cron jobs of a day are other tests' matter.
    await world.step(25 * HOUR_MS);
    expect(await typeAt(first.url)).toBe(401);
    const later = await client.picture(photo, 'small', { format: 'webp' });
    expect(later.cacheKey).toBe(first.cacheKey);
    expect(await typeAt(later.url)).toBe('image/webp');
    const path = { id: photo.id, size: 'thumb' } as const;
    const bytes = await client.call('get /v1/photos/{id}/image/{size}', { path, query: { format: 'jpeg' } });
    expect(bytes).toMatchObject({ type: 'image/jpeg' });
    // A photo from a store says when it was read.
    const stored = structuredClone(photo);
    const fresh = await client.picture(stored, 'thumb', { readAtMs: world.clock.now() - 25 * HOUR_MS });
    expect(await typeAt(fresh.url)).toBe('image/jpeg');
  });
});

describe('the client keeps on', () => {
  test('it asks once for another token when one is refused, and fails when there is none', async () => {
    const renew = localSignIn('eve', { service: world.url });
    const asked: (string | undefined)[] = [];
    const token = (refused?: string) => {
      asked.push(refused);
      return asked.length === 1 ? 'outdated' : renew(refused);
    };
    const client = clientOf('eve', { token });
    expect((await client.call('get /v1/me')).handle).toBe('eve');
    expect(asked).toEqual([undefined, 'outdated']);
    // After an hour the token of the issuer has ended. Many calls at once renew it once.
    const before = await renew();
    await world.advance(2 * HOUR_MS);
    await Promise.all([1, 2, 3].map(() => client.call('get /v1/me')));
    expect(await renew()).not.toBe(before);
    const forged = clientOf('eve', { token: 'forged' });
    expect(await errorOf(forged.call('get /v1/me'))).toMatchObject({ code: 'unauthenticated', status: 401 });
    const stubborn = clientOf('eve', { token: () => 'forged' });
    expect((await errorOf(stubborn.call('get /v1/me'))).status).toBe(401);
  });

  test('it waits as long as a refusal says, and repeats what has no second effect', async () => {
    const limited = await secondInstance(world, {}, { RATE_LIMITS: 'api=1/3' });
    const client = clientOf('finn', { service: limited, token: localSignIn('finn', { service: world.url }) });
    waits.length = 0;
    for (let call = 0; call < 5; call++) await client.call('patch /v1/me', { body: { displayName: `Finn ${call}` } });
    expect(waits.length).toBeGreaterThanOrEqual(1);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(1000);

    const impatient = clientOf('finn', { service: limited, longestWaitMs: 500 });
    const calls = Array.from({ length: 6 }, () => impatient.call('get /v1/me'));
    const failure = (await Promise.allSettled(calls)).find(({ status }) => status === 'rejected');
    expect(failure).toMatchObject({ reason: { code: 'rate-limited', status: 429, isPassing: true } });
    expect(failure).toMatchObject({ reason: { retryAfterMs: expect.any(Number) as number } });
  });

  test('a reply of a proxy is awaited, and a change that may have happened is not repeated', async () => {
    let sent = 0;
    const busyOnce: Fetch = (input, init) => {
      sent += 1;
      if (sent > 1) return fetch(input, init);
      return Promise.resolve(new Response('<h1>Busy</h1>', { status: 503, headers: { 'Retry-After': '7' } }));
    };
    waits.length = 0;
    const token = await localSignIn('gus', { service: world.url })();
    const client = clientOf('gus', { fetch: busyOnce, token });
    expect((await client.call('post /v1/albums', { body: { title: 'Once' } })).title).toBe('Once');
    expect(waits).toEqual([expect.closeTo(7500, -3)]);
    sent = 0;
    const edit = errorOf(client.call('patch /v1/me', { body: { displayName: 'Gus' } }));
    expect(await edit).toMatchObject({ code: 'unavailable', status: 503, retryAfterMs: 7000 });
    expect(sent).toBe(1);

    const nowhere = clientOf('gus', { service: 'http://127.0.0.1:1', token: 'any', attempts: 2 });
    expect(await errorOf(nowhere.call('get /v1/me'))).toMatchObject({ code: 'unreachable', status: 0 });
  });

  test('a request whose reply does not begin is given up, and repeated', async () => {
    let sent = 0;
    // Only the first attempt knows of the limit: a busy machine may take longer for the other one.
    const lostOnce: Fetch = (address, init) =>
      ++sent === 1 ? neverAnswered(init.signal) : fetch(address, { ...init, signal: null });
    waits.length = 0;
    const token = await localSignIn('ida', { service: world.url })();
    const client = clientOf('ida', { token, patienceMs: 20, fetch: lostOnce });
    expect((await client.call('get /v1/me')).handle).toBe('ida');
    expect(sent).toBe(2);
    expect(waits).toHaveLength(1);
  });

  test('a signal ends every call, with its reason', async () => {
    const stop = new AbortController();
    const reason = new Error('The person went away.');
    const client = clientOf('hal', { wait: () => (stop.abort(reason), Promise.resolve()) });
    const { signal } = stop;
    await client.upload(await photoFile(1));
    const [photo] = await collect(client.timeline());
    // The photo is pending until the clock is moved: the client waits, and is stopped.
    await expect(client.whenReady(photo?.id ?? '', signal)).rejects.toBe(reason);
    await expect(client.call('get /v1/me', { signal })).rejects.toBe(reason);
    await expect(client.upload(await photoFile(1, 'l.jpg', 5 * 2 ** 20), { signal })).rejects.toBe(reason);
    await expect(client.uploadAll([await photoFile(2)], { signal })).rejects.toBe(reason);
  });
});
