import { expect, test } from 'vitest';
import { AlbumKind, type Album as StoredAlbum } from '../../src/features/albums/album.ts';
import { AlbumsPage, type Album } from '../../src/features/albums/schemas.ts';
import { UserKind } from '../../src/data/model/entity-kinds.ts';
import { keyOf, toEntity, type Properties } from '../../src/data/model/kind.ts';
import type { AlbumId, UserId } from '../../src/runtime/ids.ts';
import { countedDatastore } from '../support/counted-datastore.ts';
import { shortened } from '../support/long-form.ts';
import { secondInstance } from '../support/second-instance.ts';
import { signUp } from '../support/test-user.ts';
import { START, startWorld } from '../support/world.ts';

/** Albums of the account. */
const ALBUMS = shortened(10_000, 450);

/** Entities of one commit. */
const AT_ONCE = 400;

const world = await startWorld({ env: { RATE_LIMITS: 'off' } });
const line = await countedDatastore(world.cloud.endpoints.datastore);
const url = await secondInstance(world, { datastore: line.endpoint }, { RATE_LIMITS: 'off' });

const album = (user: UserId, at: number): StoredAlbum => ({
  id: `A${String(at).padStart(15, '0')}` as AlbumId,
  user,
  title: `Album ${at}`,
  description: '',
  order: 'taken',
  chosenCover: null,
  cover: null,
  count: 0,
  years: {},
  from: null,
  to: null,
  lastRank: null,
  createdAt: START - ALBUMS + at,
  revision: 1,
  changed: at + 1,
});

test(`an account with ${ALBUMS} albums lists all of them by pages, and edits and deletes one as if there were few`, async () => {
  const ana = await signUp(url, (await world.user()).name);
  const user = (await ana.get('/v1/me').expect(200)).body.id as UserId;
  const { datastore } = world;
  const all = Array.from({ length: ALBUMS }, (_, at) => album(user, at));
  for (let from = 0; from < ALBUMS; from += AT_ONCE) {
    const some = all.slice(from, from + AT_ONCE);
    await datastore.save(some.map((one) => toEntity(keyOf(datastore, user, AlbumKind, one.id), AlbumKind, one)));
  }
  const root = keyOf(datastore, user, UserKind);
  const [stored] = (await datastore.get(root)) as [Properties];
  const owner = UserKind.decode(stored, root);
  await datastore.save(toEntity(root, UserKind, { ...owner, albums: ALBUMS, sequence: ALBUMS, albumsChanged: ALBUMS }));

  const seen: string[] = [];
  line.taken();
  let pages = 0;
  for (let cursor: string | null = ''; cursor !== null; pages++) {
    const page: { items: Album[]; next: string | null } = await ana.read(
      `/v1/albums?limit=200${cursor && `&cursor=${cursor}`}`,
      AlbumsPage,
    );
    seen.push(...page.items.map(({ title }) => title));
    cursor = page.next;
  }
  expect(seen).toEqual(all.map(({ title }) => title).toReversed());
  // A read for each album, and for user and a first look beyond each page.
  const { reads } = line.taken();
  expect(reads).toBeGreaterThanOrEqual(ALBUMS);
  expect(reads).toBeLessThanOrEqual(ALBUMS + 3 * pages);

  const middle = `/v1/albums/${all[Math.floor(ALBUMS / 2)]?.id}`;
  await ana.patch(middle).send({ title: 'Found again' }).expect(200);
  // User, album, and the vocabulary that has the titles.
  expect(line.taken()).toMatchObject({ reads: 3, writes: 3 });
  await ana.delete(middle).expect(204);
  await ana.get(middle).expect(404);
  const made = await ana.post('/v1/albums').send({ title: 'One more' }).expect(201);
  const first = await ana.read('/v1/albums?limit=1', AlbumsPage);
  expect(first.items[0]?.id).toBe((made.body as Album).id);
}, 300_000);
