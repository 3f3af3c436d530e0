import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Me } from '../../src/features/accounts/schemas.ts';
import type { UserId } from '../../src/runtime/ids.ts';
import { MAKING_TILES, TILE_VERSION } from '../../src/data/model/tile.ts';
import { BatchEditReply } from '../../src/features/photos/batch-schemas.ts';
import { TimelinePage } from '../../src/features/timeline/schemas.ts';
import { checked } from '../support/checked.ts';
import { picture } from '../support/picture.ts';
import { realPhotos, whyNoRealPhotos } from '../support/real-photos.ts';
import { secondInstance } from '../support/second-instance.ts';
import { signUp, type TestUser } from '../support/test-user.ts';
import { startWorld } from '../support/world.ts';
import { storedTiles } from './stored-tiles.ts';

const world = await startWorld({ env: { RATE_LIMITS: 'off' } });

const PATHS = [
  '/v1/timeline?limit=200',
  '/v1/timeline?limit=200&order=posted',
  '/v1/timeline?limit=200&archived=true',
  '/v1/timeline?limit=200&favourite=true',
  '/v1/timeline?limit=3&from=2019-07',
  '/v1/timeline/days?preload=200',
  '/v1/changes?limit=200',
  '/v1/trash?limit=200',
];

async function newUser() {
  const user = await world.user();
  const { id } = await user.read('/v1/me', Me);
  return { user, stored: storedTiles(world.datastore, id as UserId) };
}

/** The texts of all lists, read by an instance that remembers nothing. */
async function listsOf(user: TestUser): Promise<Record<string, string>> {
  const fresh = await signUp(await secondInstance(world, {}, { RATE_LIMITS: 'off' }), user.name);
  const lists: Record<string, string> = {};
  for (const path of PATHS) lists[path] = (await fresh.get(path).expect(200)).text;
  await fresh.patch('/v1/me').send({ visibility: 'public' }).expect(200);
  lists['public'] = (await fresh.get(`/v1/users/${user.name}/timeline?limit=200`).expect(200)).text;
  await fresh.patch('/v1/me').send({ visibility: 'private' }).expect(200);
  return lists;
}

/** Tokens of the feed are sealed with a random part. */
const comparable = (lists: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(lists).map(([path, text]) => [path, text.replace(/"(token|next|prev)":"[^"]*"/g, '')]),
  );

async function expectSameFromPhotos({ user, stored }: Awaited<ReturnType<typeof newUser>>) {
  expect(await stored.version()).toBe(TILE_VERSION);
  const fromTiles = comparable(await listsOf(user));
  await stored.userByEarlierRelease();
  expect(await stored.version()).toBeUndefined();
  expect(comparable(await listsOf(user))).toEqual(fromTiles);
}

const post = async (user: TestUser, fields: Record<string, string> = {}) =>
  (await user.upload(await picture(), { fields, query: '?duplicates=allow' }).expect(201)).body.photo.id as string;

const captionsOf = async (user: TestUser) =>
  (await user.read('/v1/timeline?limit=200', TimelinePage)).items.map(({ caption }) => caption);

test('lists from tiles equal lists from photos, byte for byte', async () => {
  const owner = await newUser();
  const { user } = owner;
  const captions = [
    '',
    'A "quoted"\nline \\ and \u2028',
    '👨‍👩‍👧'.repeat(40),
    'x'.repeat(4_096),
    '𐍈'.repeat(2_048),
    'é'.repeat(700),
  ];
  const ids: string[] = [];
  for (const caption of captions) ids.push(await post(user, { caption, alt: caption.slice(0, 40) }));
  await world.drain();
  ids.push(await post(user, { caption: 'pending' }));
  const [first, second, third, fourth] = ids;
  await user.patch(`/v1/photos/${first}`).send({ archived: true }).expect(200);
  await user.patch(`/v1/photos/${second}`).send({ favourite: true }).expect(200);
  await user.delete(`/v1/photos/${third}`).expect(204);
  await user.delete(`/v1/photos/${fourth}`).expect(204);
  await user.delete(`/v1/trash/${fourth}`).expect(204);
  await expectSameFromPhotos(owner);
});

test('a tile of exactly 1,500 bytes is read from the index, and one of 1,501 makes the list read its photo', async () => {
  const { user, stored } = await newUser();
  const id = await post(user);
  const bytes = Buffer.byteLength((await stored.tile(id)) ?? '');
  const edit = async (length: number) => {
    await user
      .patch(`/v1/photos/${id}`)
      .send({ caption: 'x'.repeat(length) })
      .expect(200);
    return (await stored.tile(id)) ?? '';
  };
  for (const [size, stored] of [
    [1_500, 1_500],
    [1_501, `${id} ${TILE_VERSION}`.length],
  ] as const) {
    // The upload had revision 1, and every edit here has another digit.
    const caption = 'x'.repeat(size - bytes);
    expect(Buffer.byteLength(await edit(caption.length))).toBe(stored);
    expect(await captionsOf(user)).toEqual([caption]);
  }
});

test('an edit by an earlier release between two pages loses no photo', async () => {
  const { user, stored } = await newUser();
  const ids: string[] = [];
  for (let at = 0; at < 6; at++)
    ids.unshift(await post(user, { caption: String(at), takenAt: `2019-07-0${at + 1}T10:00:00` }));
  const first = await user.read('/v1/timeline?limit=3', TimelinePage);
  await stored.editByEarlierRelease(ids[4] ?? '', { caption: 'edited by an earlier release' });
  const second = await user.read(`/v1/timeline?limit=3&cursor=${first.next}`, TimelinePage);
  const shown = [...first.items, ...second.items];
  expect(shown.map(({ id }) => id)).toEqual(ids);
  expect(shown[4]?.caption).toBe('edited by an earlier release');
  expect(second.next).toBeNull();
  // A later edit by this release does not bring the tiles back: that photo has none.
  await user.patch(`/v1/photos/${ids[0]}`).send({ caption: 'edited here' }).expect(200);
  expect(await stored.version()).toBeUndefined();
  expect(await captionsOf(user)).toHaveLength(6);
});

describe('tiles that cannot be read', () => {
  test.for([
    ['missing', () => null],
    ['of another version', (id: string) => `${id} 999 0\nanything`],
    ['damaged', (_: string, tile: string) => tile.replace('"caption":"right', '"caption":"wrong')],
    ['damaged', (_: string, tile: string) => tile.slice(0, -5)],
    ['damaged', () => 'nonsense'],
    ['damaged', (id: string) => `${id} ${TILE_VERSION} 0`],
  ] as const)('a page is right and the log says so if a tile is %s', async ([fault, replace]) => {
    const { user, stored } = await newUser();
    const id = await post(user, { caption: 'right' });
    await post(user, { caption: 'beside' });
    await stored.replaceTile(id, replace(id, (await stored.tile(id)) ?? ''));
    const logged = world.logged('A tile could not be used');
    expect((await captionsOf(user)).sort()).toEqual(['beside', 'right']);
    expect(JSON.parse(await logged)).toMatchObject({ severity: 'ERROR', photo: id, fault });
  });
});

describe('the job that makes tiles', () => {
  test('the nightly job gives tiles to the photos of an earlier release', async () => {
    const { user, stored } = await newUser();
    const ids: string[] = [];
    for (let at = 0; at < 30; at++) ids.push(await post(user, { caption: `${at}` }));
    await user.delete(`/v1/photos/${ids[1]}`).expect(204);
    await user.delete(`/v1/trash/${ids[1]}`).expect(204);
    await world.drain();
    await stored.editByEarlierRelease(ids[0] ?? '', { caption: 'earlier' });
    expect(await stored.tile(ids[0] ?? '')).toBeUndefined();
    const before = (await user.get('/v1/timeline?limit=200').expect(200)).text;

    expect(await world.cloud.runCron('/cron/make-tiles')).toBe(200);
    await world.drain();

    expect(await stored.version()).toBe(TILE_VERSION);
    expect(await stored.tile(ids[0] ?? '')).toContain('earlier');
    expect(comparable(await listsOf(user))['/v1/timeline?limit=200']).toBe(comparable({ before })['before']);
  });

  test('the nightly job ends what a killed program left half done, and lists are complete all the time', async () => {
    const { user, stored } = await newUser();
    const ids: string[] = [];
    for (let at = 0; at < 30; at++) ids.unshift(await post(user, { caption: `${at}` }));
    await world.drain();
    // The job makes tiles in the order of the ids, 25 in a transaction: the program died after the first transaction.
    await stored.says(MAKING_TILES);
    const left = [...ids].sort().slice(25);
    for (const id of left) await stored.loseTile(id);
    const path = '/v1/timeline?limit=200&order=posted';
    expect((await listed(user, path)).ids).toEqual(ids);

    expect(await world.cloud.runCron('/cron/make-tiles')).toBe(200);
    await world.drain();

    expect(await stored.version()).toBe(TILE_VERSION);
    for (const id of left) expect(await stored.tile(id)).toContain(id);
    expect((await listed(user, path)).ids).toEqual(ids);
  });
});

describe('the nightly count of tiles', () => {
  test('a photo whose tile is lost is missed by lists until the nightly job finds it, and the log says so', async () => {
    const { user, stored } = await newUser();
    const ids: string[] = [];
    for (let at = 0; at < 3; at++)
      ids.unshift(await post(user, { caption: `${at}`, takenAt: `2019-07-0${at + 1}T10:00:00` }));
    await world.drain();
    const { token } = (await user.get('/v1/changes?token=latest').expect(200)).body as { token: string };
    await stored.loseTile(ids[1] ?? '');
    const path = '/v1/timeline?limit=50';
    expect((await listed(user, path)).ids).toEqual([ids[0], ids[2]]);

    const logged = world.logged('Lists have missed photos');
    expect(await world.cloud.runCron('/cron/make-tiles')).toBe(200);
    await world.drain();

    expect(JSON.parse(await logged)).toMatchObject({ severity: 'ERROR', photos: 3, tiles: 2 });
    expect(await stored.version()).toBe(TILE_VERSION);
    expect((await listed(user, path)).ids).toEqual(ids);
    const { changes } = (await user.get(`/v1/changes?token=${token}`).expect(200)).body as { changes: unknown[] };
    expect(changes).toHaveLength(3);
  });

  test('where each photo has its tile, the nightly job writes nothing', async () => {
    const { user } = await newUser();
    await post(user);
    await world.drain();
    const before = await listed(user, '/v1/timeline');
    expect(await world.cloud.runCron('/cron/make-tiles')).toBe(200);
    await world.drain();
    expect((await listed(user, '/v1/timeline')).etag).toBe(before.etag);
  });
});

async function listed(user: TestUser, path: string) {
  const { body, headers } = await user.get(path).expect(200);
  return { ids: (body.items as { id: string }[]).map(({ id }) => id), etag: headers['etag'] as string };
}

test('the dates of 50 photos with the longest tiles and captions are shifted in one batch', async () => {
  const { user } = await newUser();
  const ids: string[] = [];
  for (let at = 0; at < 50; at++)
    ids.push(await post(user, { caption: `${at} ${'é'.repeat(at % 2 === 0 ? 380 : 4_000)}` }));
  const items = ids.map((id, at) => ({ id, takenAt: `2018-03-01T10:00:${String(at).padStart(2, '0')}` }));
  const { body } = await user.patch('/v1/photos/batch').send({ items }).expect(200);
  expect(new Set(checked(BatchEditReply, body).results.map(({ status }) => status))).toEqual(new Set(['edited']));
  const { items: shown } = await user.read('/v1/timeline?limit=50', TimelinePage);
  expect(shown.map(({ id }) => id)).toEqual(ids.toReversed());
});

// The last test: the others would make the sizes of all these photos.
test.skipIf(!realPhotos)(
  `99 in 100 real photos fit into their tiles, and pages are the same${whyNoRealPhotos}`,
  async () => {
    const owner = await newUser();
    const ids: string[] = [];
    for (const { name, path } of realPhotos ?? []) {
      const { status, body } = await owner.user.upload(readFileSync(path), {
        fileName: name,
        query: '?duplicates=allow',
      });
      if (status === 201) ids.push(body.photo.id as string);
    }
    const tiles = await Promise.all(ids.map((id) => owner.stored.tile(id)));
    const fitting = tiles.filter((tile) => tile?.includes('\n'));
    expect(fitting.length).toBeGreaterThanOrEqual(0.99 * ids.length);
    await expectSameFromPhotos(owner);
  },
  300_000,
);
