import { expect, test } from 'vitest';
import { client, connect, failure, startDatastoreWorld, temporaryFolder } from './contract.ts';

test('a save without an id writes the new one into the key', async () => {
  const datastore = await connect();
  const key = datastore.key(['Task']);
  await datastore.save({ key, data: { a: 1 } });
  expect(key.id).toMatch(/^\d+$/);
  expect((await datastore.get(key))[0]).toMatchObject({ a: 1 });
});

test('ids handed out never come again, also after a restart', async () => {
  const dataDir = temporaryFolder();
  const seen = new Set<string>();
  for (let start = 0; start < 3; start++) {
    const { client: datastore, service } = await startDatastoreWorld({ dataDir });
    for (const key of (await datastore.allocateIds(datastore.key(['Task']), 400))[0]) seen.add(key.id!);
    service.reset();
    for (const key of (await datastore.allocateIds(datastore.key(['Task']), 100))[0]) seen.add(key.id!);
    await service.stop();
  }
  expect(seen.size).toBe(1500);
});

test('a reserved id is not handed out', async () => {
  const [first, second] = [temporaryFolder(), temporaryFolder()];
  const other = await startDatastoreWorld({ dataDir: first });
  const [keys] = await other.client.allocateIds(other.client.key(['Task']), 3);
  // A fresh folder hands out the same ids in the same order; so the next one is known.
  const fresh = await startDatastoreWorld({ dataDir: second });
  const datastore = client(`127.0.0.1:${fresh.service.port}`);
  const reserve = { projectId: 'contract', keys: [{ path: [{ kind: 'Task', id: keys[1]!.id! }] }] };
  await new Promise((resolve, reject) => {
    datastore.request_({ client: 'DatastoreClient', method: 'reserveIds', reqOpts: reserve }, (error) =>
      error ? reject(error) : resolve(undefined),
    );
  });
  const [allocated] = await datastore.allocateIds(datastore.key(['Task']), 2);
  expect(allocated.map(({ id }) => id)).toEqual([keys[0]!.id, keys[2]!.id]);
});

test('ids are allocated for incomplete keys only', async () => {
  const datastore = await connect();
  expect(await failure(datastore.allocateIds(datastore.key(['Task', 'named']), 1))).toBeInstanceOf(Error);
});

test('an id that an entity has already is not handed out', async () => {
  const { client: first } = await startDatastoreWorld();
  const [keys] = await first.allocateIds(first.key(['Task']), 2);
  const { client: datastore } = await startDatastoreWorld();
  await datastore.save({ key: datastore.key(['Task', datastore.int(keys[0]!.id!)]), data: { mine: true } });
  const fresh = datastore.key(['Task']);
  await datastore.save({ key: fresh, data: {} });
  expect(fresh.id).toBe(keys[1]!.id);
});
