import { expect, test } from 'vitest';
import { startTasksWorld } from './tasks-world.ts';

test('a reset forgets tasks, names and queues made by API, and keeps those of queue.yaml', async () => {
  const world = await startTasksWorld();
  const name = `${world.queue()}/tasks/x`;
  await world.client.pauseQueue({ name: world.queue() });
  await world.create('/', { name });
  await world.client.updateQueue({ queue: { name: world.queue('api') } });
  world.service.reset();
  await world.create('/', { name });
  await world.service.drain();
  expect(world.app.calls).toHaveLength(1);
  await expect(world.client.getQueue({ name: world.queue('api') })).rejects.toMatchObject({ code: 5 });
});
