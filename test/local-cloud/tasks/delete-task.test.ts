import { expect, test } from 'vitest';
import { appTask, startContract } from './contract-world.ts';

test('a deleted task is gone: it cannot be got, run or deleted again', async () => {
  const { client, pausedQueue } = await startContract();
  const [{ name }] = await client.createTask({ parent: await pausedQueue(), task: appTask() });
  await client.deleteTask({ name: name! });
  await expect(client.getTask({ name: name! })).rejects.toMatchObject({ code: expect.toBeOneOf([5, 9]) });
  await expect(client.runTask({ name: name! })).rejects.toMatchObject({ code: 5 });
  await expect(client.deleteTask({ name: name! })).rejects.toMatchObject({ code: 5 });
});

test('a task that never was is NOT_FOUND', async () => {
  const { client, pausedQueue } = await startContract();
  const name = `${await pausedQueue()}/tasks/never`;
  await expect(client.getTask({ name })).rejects.toMatchObject({ code: 5 });
  await expect(client.deleteTask({ name })).rejects.toMatchObject({ code: 5 });
});
