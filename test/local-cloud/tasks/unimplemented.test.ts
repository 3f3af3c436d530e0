import { expect, test } from 'vitest';
import { startTasksWorld } from './tasks-world.ts';

test('the IAM methods say by their names that they are not there', async () => {
  const { client, queue } = await startTasksWorld();
  const resource = queue();
  const refused = (method: string) => ({ code: 12, details: expect.stringContaining(method) });
  await expect(client.getIamPolicy({ resource })).rejects.toMatchObject(refused('GetIamPolicy'));
  await expect(client.setIamPolicy({ resource, policy: {} })).rejects.toMatchObject(refused('SetIamPolicy'));
  await expect(client.testIamPermissions({ resource, permissions: ['x'] })).rejects.toMatchObject(
    refused('TestIamPermissions'),
  );
});

test('a filter that the stand-in does not know is refused, not ignored', async () => {
  const { client } = await startTasksWorld();
  const parent = client.locationPath('demo', 'europe-west1');
  await expect(client.listQueues({ parent, filter: 'name: x*' })).rejects.toMatchObject({ code: 12 });
});
