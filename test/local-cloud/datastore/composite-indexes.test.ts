import { expect, test } from 'vitest';
import type { CompositeIndex } from '../../../src/local-cloud/datastore/index.ts';
import { client, connect, failure, startDatastoreWorld, temporaryFolder } from './contract.ts';

test('a declared composite index serves an ordered ancestor query', async () => {
  const datastore = await connect();
  const user = datastore.key(['User', 'ana']);
  const photos = ['a', 'c', 'b'].map((timelineKey) => ({
    key: datastore.key([...user.path, 'Photo', timelineKey]),
    data: { timelineKey },
  }));
  await datastore.save(photos);
  const query = datastore.createQuery('Photo').hasAncestor(user).order('timelineKey', { descending: true });
  const [found] = await datastore.runQuery(query);
  expect(found.map(({ timelineKey }) => timelineKey)).toEqual(['c', 'b', 'a']);
});

test('a query without its composite index is refused with the index to add', async () => {
  const datastore = await connect();
  const query = datastore
    .createQuery('Photo')
    .hasAncestor(datastore.key(['User', 'ana']))
    .filter('favourite', true)
    .order('timelineKey', { descending: true });
  expect(await failure(datastore.runQuery(query))).toMatchObject({
    code: 9,
    details: `no matching index found. recommended index is:
- kind: Photo
  ancestor: yes
  properties:
  - name: favourite
  - name: timelineKey
    direction: desc
`,
  });
});

test('an index that is declared later serves what was written before, and one no longer declared serves nothing', async () => {
  const dataDir = temporaryFolder();
  const index = {
    kind: 'Photo',
    ancestor: false,
    properties: ['a', 'b'].map((name) => ({ name, direction: 'asc' as const })),
  };
  const run = async (indexes: CompositeIndex[], write: number) => {
    const { service } = await startDatastoreWorld({ dataDir, indexes });
    const mine = client(`127.0.0.1:${service.port}`, { namespace: 'rebuilt' });
    await mine.save({ key: mine.key(['Photo', `p${write}`]), data: { a: 1, b: write } });
    const query = mine.createQuery('Photo').order('a').order('b');
    const found = await mine.runQuery(query).catch((error: { code: number }) => error.code);
    await service.stop();
    return Array.isArray(found) ? found[0].map(({ b }) => b as number) : found;
  };
  expect([await run([], 1), await run([index], 2), await run([], 3), await run([index], 4)]).toEqual([
    9,
    [1, 2],
    9,
    [1, 2, 3, 4],
  ]);
});
