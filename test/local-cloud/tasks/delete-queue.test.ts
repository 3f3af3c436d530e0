import { expect, test } from 'vitest';
import { appTask, startContract } from './contract-world.ts';
import { LOCATION, PROJECT, startTasksWorld } from './tasks-world.ts';

const DAY = 86_400_000;

test('a deleted queue is gone with its tasks, and its name is blocked', async () => {
  const { client, parent, newQueueName } = await startContract();
  const name = newQueueName();
  await client.createQueue({ parent, queue: { name } });
  await client.pauseQueue({ name });
  const [task] = await client.createTask({ parent: name, task: appTask() });
  await client.deleteQueue({ name });
  await expect(client.getQueue({ name })).rejects.toMatchObject({ code: 5 });
  await expect(client.getTask({ name: task.name! })).rejects.toMatchObject({ code: 5 });
  await expect(client.createQueue({ parent, queue: { name } })).rejects.toMatchObject({ code: 9 });
});

test('the name of a deleted queue is free after seven days, and the new queue is empty', async () => {
  const world = await startTasksWorld();
  const parent = world.client.locationPath(PROJECT, LOCATION);
  const name = world.queue('short-lived');
  await world.client.createQueue({ parent, queue: { name } });
  await world.client.pauseQueue({ name });
  await world.create('/', {}, 'short-lived');
  await world.client.deleteQueue({ name });
  world.clock.advance(7 * DAY);
  await world.client.createQueue({ parent, queue: { name } });
  expect((await world.client.listTasks({ parent: name }))[0]).toEqual([]);
});
