import { Datastore } from '@google-cloud/datastore';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { AlbumKind } from '../../src/features/albums/album.ts';
import type { AlbumId, UserId } from '../../src/runtime/ids.ts';
import { UserKind } from '../../src/data/model/entity-kinds.ts';
import { keyOf, toEntity } from '../../src/data/model/kind.ts';
import type { IndexRange } from '../../src/data/read/snapshot.ts';
import { TILE_VERSION } from '../../src/data/model/tile.ts';
import { emptyUser } from '../../src/data/model/records.ts';
import { createStore } from '../../src/data/read/store.ts';
import { readIndexYaml, startDatastore } from '../../src/local-cloud/datastore/index.ts';
import { startSingleService } from '../support/single-service.ts';

/** Every ordered list that the service reads, in each direction. */
const BOTH_WAYS = ['older', 'newer'] as const;
const FILTERED = ['timelineKey', 'postedKey', 'archiveKey', 'archivePostedKey'] as const;
const ALBUM = 'A'.repeat(16) as AlbumId;
const RANGES: Pick<IndexRange, 'by' | 'towards' | 'favourite' | 'album' | 'terms' | 'between'>[] = [
  ...BOTH_WAYS.flatMap((towards) => FILTERED.map((by) => ({ by, towards }))),
  ...BOTH_WAYS.flatMap((towards) => FILTERED.map((by) => ({ by, towards, favourite: true }))),
  ...BOTH_WAYS.map((towards) => ({ by: 'trashKey' as const, towards })),
  { by: 'changedKey', towards: 'newer' },
  { by: 'expiryKey', towards: 'newer' },
  ...BOTH_WAYS.map((towards) => ({ by: 'placeKeys' as const, towards, album: ALBUM })),
  ...BOTH_WAYS.flatMap((towards) =>
    (['albumKey', 'albumPostedKey'] as const).map((by) => ({
      by,
      towards,
      terms: ['lake', 'favourite:true', ['boat', 'boats']],
      between: { start: 'a', end: 'b' },
    })),
  ),
];

/** The lists that are read from an index alone. */
const TILED: Pick<IndexRange, 'by' | 'towards' | 'album'>[] = [
  ...BOTH_WAYS.flatMap((towards) => [
    { by: 'timelineKey' as const, towards },
    { by: 'postedKey' as const, towards },
  ]),
  { by: 'changedKey', towards: 'newer' },
  ...BOTH_WAYS.flatMap((towards) => [{ by: 'albumKey' as const, towards, album: ALBUM }]),
];

/** The lists of entities of features. */
const OF_FEATURES = [
  ...BOTH_WAYS.map((towards) => ({ kind: AlbumKind, by: 'listKey', towards })),
  { kind: AlbumKind, by: 'changedKey', towards: 'newer' as const },
  { kind: AlbumKind, by: 'expiryKey', towards: 'newer' as const },
];

const topLevel = async (name: string) => readFile(join(import.meta.dirname, '../..', name), 'utf8');

describe('index.yaml', async () => {
  const indexes = readIndexYaml(await topLevel('index.yaml'));
  const user = 'U'.repeat(16) as UserId;

  /** The queries of the service that are refused with these indexes. */
  async function refused(declared: typeof indexes): Promise<string[]> {
    const { service, stop } = await startSingleService((ground) => startDatastore({ ...ground, indexes: declared }), {
      startMs: 0,
    });
    const datastore = new Datastore({ projectId: 'p', apiEndpoint: `127.0.0.1:${service.port}` });
    await datastore.save(
      toEntity(keyOf(datastore, user, UserKind), UserKind, { ...emptyUser('ana', 0), tiles: TILE_VERSION }),
    );
    const store = createStore(datastore);
    const found: string[] = [];
    const collect = (query: string, read: Promise<unknown>) =>
      read.catch((error: Error) => {
        expect(error.message).toContain('no matching index found');
        found.push(query);
      });
    const rest = { limit: 1, from: 'x' };
    for (const range of RANGES) await collect(JSON.stringify(range), store.range(user, { ...range, ...rest }));
    for (const range of TILED) {
      const tiles = store.snapshot(user, (snapshot) => snapshot.tiles({ ...range, ...rest }));
      await collect(`tiles ${JSON.stringify(range)}`, tiles);
    }
    for (const { kind, ...range } of OF_FEATURES) {
      const entities = store.snapshot(user, (snapshot) => snapshot.entities(kind, { ...range, ...rest }));
      await collect(`${kind.name} ${JSON.stringify(range)}`, entities);
    }
    // The counts need two of the same indexes.
    if (declared === indexes) expect(await store.tileCounts(user)).toEqual({ photos: 0, tiles: 0 });
    // Equality below an ancestor needs no composite index.
    expect(await store.openUploads(user)).toEqual([]);
    expect(await store.photosInAlbum(user, ALBUM, 1)).toEqual([]);
    await stop();
    return found;
  }

  test('index.yaml serves every query of the service', async () => {
    expect(await refused(indexes)).toEqual([]);
  });

  test('index.yaml has only indexes that a query needs', async () => {
    for (const index of indexes) expect(await refused(indexes.filter((other) => other !== index))).toHaveLength(1);
  });
});
