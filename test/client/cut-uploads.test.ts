import { expect, test } from 'vitest';
import { localSignIn, PhotoTimelineClient, type ClientOptions } from '../../src/client/index.ts';
import { shortened } from '../support/long-form.ts';
import { picture } from '../support/picture.ts';
import { startWorld } from '../support/world.ts';
import { cuttingLine } from '../uploads/cutting-line.ts';
import { cutLine } from '../web/cut-line.ts';

const world = await startWorld();

const QUANTUM = 256 * 1024;
const SIZE = 6 * QUANTUM + 1000;
const bySession = { sessionAboveBytes: 0, chunkBytes: QUANTUM };

const photoFile = async (seed: number, bytes = SIZE) =>
  new File([new Uint8Array(await picture({ seed, bytes }))], `${seed}.jpg`, { type: 'image/jpeg' });

const clientOf = (name: string, options: Partial<ClientOptions>) =>
  new PhotoTimelineClient({ service: world.url, token: localSignIn(name, { service: world.url }), ...options });

const captionsOf = async (client: PhotoTimelineClient) => {
  const captions: string[] = [];
  for await (const { caption } of client.timeline({ order: 'posted' })) captions.push(caption);
  return captions;
};

test('an upload whose line is cut continues where the bucket is, in the same call', async () => {
  const line = await cutLine(world.url);
  const waits: number[] = [];
  const wait = (ms: number) => (waits.push(ms), line.mend(), Promise.resolve());
  const client = clientOf('ana', { service: line.url, wait });
  const progress: number[] = [];
  const file = await photoFile(1);
  await client.call('get /v1/me');
  const isCut = line.cutAfter(3.5 * QUANTUM);
  const before = line.sent();
  const result = await client.upload(file, {
    ...bySession,
    caption: 'one',
    onProgress: ({ sentBytes }) => progress.push(sentBytes),
  });
  await isCut;
  expect(result).toMatchObject({ status: 'created', photo: { bytes: SIZE, caption: 'one' } });
  expect(waits).toHaveLength(1);
  expect(progress).toEqual(progress.toSorted((a, b) => a - b));
  expect(progress.at(-1)).toBe(SIZE);
  // At most what was on the way goes twice.
  expect(line.sent() - before).toBeLessThan(SIZE + 2 * QUANTUM);
  expect(await captionsOf(client)).toEqual(['one']);
});

test('an upload that the app has ended continues in the next run, and a repeated call makes no second photo', async () => {
  const line = await cutLine(world.url);
  const client = clientOf('ben', { service: line.url });
  for (const [at, key] of ['a key of the app', undefined].entries()) {
    const file = await photoFile(10 + at);
    const stop = new AbortController();
    const stopInTheMiddle = ({ sentBytes }: { sentBytes: number }) => sentBytes > SIZE / 2 && stop.abort();
    const cut = client.upload(file, { ...bySession, key, signal: stop.signal, onProgress: stopInTheMiddle });
    await expect(cut).rejects.toMatchObject({ name: 'AbortError' });
    const before = line.sent();
    const nextRun = clientOf('ben', { service: line.url });
    expect(await nextRun.upload(file, { ...bySession, key })).toMatchObject({ status: 'created' });
    expect(line.sent() - before).toBeLessThan(SIZE / 2 + QUANTUM);
    const status = key === undefined ? 'duplicate' : 'created';
    expect(await nextRun.upload(file, { ...bySession, key })).toMatchObject({ status });
  }
  // By the form route the key alone holds the two calls together.
  const small = await photoFile(20, 1000);
  const repeated = { key: 'small', duplicates: 'allow' } as const;
  const [one, two] = [await client.upload(small, repeated), await client.upload(small, repeated)];
  expect([one, two]).toMatchObject([{ status: 'created' }, { status: 'created' }]);
  expect(await captionsOf(client)).toHaveLength(3);
});

test('a session that has ended meanwhile is replaced by another one', async () => {
  const client = clientOf('cleo', {});
  const file = await photoFile(30);
  const stop = new AbortController();
  const stopped = client.upload(file, {
    ...bySession,
    signal: stop.signal,
    onProgress: ({ sentBytes }) => sentBytes > SIZE / 2 && stop.abort(),
  });
  await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
  const { items } = await client.call('get /v1/uploads');
  expect(items).toMatchObject([{ state: 'open', bytes: SIZE }]);
  await client.call('delete /v1/uploads/{id}', { path: { id: items[0]?.id ?? '' } });
  expect(await client.upload(file, bySession)).toMatchObject({ status: 'created' });
});

test('photos come in exactly once over a line that is cut at random', async () => {
  const line = await cuttingLine(world.url, { farthest: 3 * QUANTUM, seed: 20_261_130 });
  const client = clientOf('dora', {
    service: line.url,
    token: await localSignIn('dora', { service: world.url })(),
    attempts: 200,
    wait: () => Promise.resolve(),
    // A new connection for each request, so that each has its cut.
    fetch: (address, init) => {
      const headers = new Headers(init.headers);
      headers.set('Connection', 'close');
      return fetch(address, { ...init, headers });
    },
  });
  const files = await Promise.all(
    shortened([1, 2, 3, 4, 5], [1, 2]).map((seed) => photoFile(40 + seed, 3 * QUANTUM + 1000)),
  );
  const smalls = await Promise.all(shortened([6, 7, 8], [6]).map((seed) => photoFile(40 + seed, 2 * QUANTUM)));
  const results = await client.uploadAll([...files, ...smalls], {
    sessionAboveBytes: 2 * QUANTUM,
    chunkBytes: QUANTUM,
  });
  expect(results.map(({ status }) => status)).toEqual(Array.from(results, () => 'created'));
  expect(line.cuts()).toBeGreaterThan(3);
  expect(await captionsOf(clientOf('dora', {}))).toHaveLength(results.length);
});
