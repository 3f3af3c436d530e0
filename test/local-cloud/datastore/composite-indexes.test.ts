import { expect, test } from 'vitest';
import { connect, failure } from './contract.ts';

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
