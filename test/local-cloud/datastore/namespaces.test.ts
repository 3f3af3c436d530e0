import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { client, endpoint, failure, startDatastoreWorld } from './contract.ts';

const address = async () => endpoint ?? `127.0.0.1:${(await startDatastoreWorld()).service.port}`;

test('namespaces and databases never see each other', async () => {
  const at = await address();
  const namespace = randomUUID();
  const clients = [
    client(at, { namespace }),
    client(at, { namespace: randomUUID() }),
    client(at, { namespace, databaseId: 'second' }),
  ];
  await clients[0]!.save({ key: clients[0]!.key(['Kind', 'one']), data: { a: 1 } });
  const seen = await Promise.all(
    clients.map(async (datastore) => {
      const [entity] = await datastore.get(datastore.key(['Kind', 'one']));
      const [found] = await datastore.runQuery(datastore.createQuery('Kind').filter('a', 1));
      return [entity !== undefined, found.length];
    }),
  );
  expect(seen).toEqual([
    [true, 1],
    [false, 0],
    [false, 0],
  ]);
});

test('the default database has no other name', async () => {
  const datastore = client(await address(), { databaseId: '(default)' });
  expect(await failure(datastore.get(datastore.key(['Kind', 'one'])))).toMatchObject({ code: 3 });
});
