import { expect, test } from 'vitest';
import { failure, startDatastoreWorld } from './contract.ts';
import { connectRaw, keyOf, projectId, type RawClient } from './raw-client.ts';

async function write(client: RawClient, name: string, options: object = {}) {
  const mutations = [{ upsert: { key: keyOf(name), properties: { at: { stringValue: name } } }, ...options }];
  const [{ mutationResults }] = await client.commit({ projectId, mode: 'NON_TRANSACTIONAL', mutations });
  return mutationResults![0]!;
}

test('the version grows with every write, the creation time stays', async () => {
  const client = await connectRaw();
  const [first, second] = [await write(client, 'growing'), await write(client, 'growing')];
  expect(Number(second.version)).toBeGreaterThan(Number(first.version));
  expect(second.createTime).toEqual(first.createTime);
  const [{ found }] = await client.lookup({ projectId, keys: [keyOf('growing')] });
  expect(found![0]).toMatchObject({ version: second.version, updateTime: second.updateTime });
});

test('a mutation on another base version is not applied and says so', async () => {
  const client = await connectRaw();
  const { version } = await write(client, 'based');
  const [applied, refused] = [
    await write(client, 'based', { baseVersion: version }),
    await write(client, 'based', { baseVersion: version }),
  ];
  expect([applied.conflictDetected, refused.conflictDetected]).toEqual([false, true]);
  expect(refused.version).toEqual(applied.version);
});

test('under strategy FAIL a conflict fails the commit', async () => {
  const client = await connectRaw();
  await write(client, 'failing');
  const options = { baseVersion: '1', conflictResolutionStrategy: 'FAIL' };
  expect(await failure(write(client, 'failing', options))).toMatchObject({ code: 10 });
});

test('a read time shows the past hour and nothing beyond it', async () => {
  const world = await startDatastoreWorld();
  const client = await connectRaw(world);
  const { updateTime } = await write(client, 'past');
  world.clock.advance(60_000);
  const mutations = [{ delete: keyOf('past') }];
  await client.commit({ projectId, mode: 'NON_TRANSACTIONAL', mutations });
  const lookup = { projectId, keys: [keyOf('past')], readOptions: { readTime: updateTime! } };
  expect((await client.lookup(lookup))[0].found).toHaveLength(1);
  const query = { kind: [{ name: 'Kind' }] };
  const partitionId = keyOf('past').partitionId;
  const run = { projectId, partitionId, query, readOptions: { readTime: updateTime! } };
  expect((await client.runQuery(run))[0].batch!.entityResults).toHaveLength(1);
  expect((await client.runQuery({ projectId, partitionId, query }))[0].batch!.entityResults).toHaveLength(0);
  world.clock.advance(3_600_000);
  expect(await failure(client.lookup(lookup))).toMatchObject({ code: 3 });
});

test('the versions of the past are forgotten after an hour, while newer ones stay', async () => {
  const world = await startDatastoreWorld();
  const client = await connectRaw(world);
  await write(client, 'pruned');
  world.clock.advance(1_800_000);
  const { updateTime } = await write(client, 'pruned');
  world.clock.advance(1_801_000);
  await write(client, 'pruned');
  const lookup = { projectId, keys: [keyOf('pruned')], readOptions: { readTime: updateTime! } };
  expect((await client.lookup(lookup))[0].found![0]!.updateTime).toEqual(updateTime);
});

test('a moment stays whole however often its entities are rewritten later', async () => {
  const { client: datastore } = await startDatastoreWorld();
  const keys = ['a', 'b', 'c'].map((name) => datastore.key(['Kind', name]));
  const rewrite = (value: number) => datastore.save(keys.map((key) => ({ key, data: { value } })));
  await rewrite(7);
  const transaction = datastore.transaction({ readOnly: true });
  await transaction.run();
  // The same index rows come and go again and again.
  for (let count = 0; count < 60; count++) await rewrite(count % 3 === 0 ? 7 : count);
  for (const query of [datastore.createQuery('Kind').order('value'), datastore.createQuery('Kind').limit(3)]) {
    const [entities] = await transaction.runQuery(query);
    expect(entities.map(({ value }) => value)).toEqual([7, 7, 7]);
  }
});
