import { expect, test } from 'vitest';
import { startTasksWorld } from './tasks-world.ts';

test('a paused queue takes tasks and keeps them until it is resumed', async () => {
  const world = await startTasksWorld();
  const name = world.queue();
  expect((await world.client.pauseQueue({ name }))[0].state).toBe('PAUSED');
  await world.create('/kept');
  await world.service.drain();
  expect(world.app.calls).toHaveLength(0);
  expect((await world.client.resumeQueue({ name }))[0].state).toBe('RUNNING');
  await world.app.seen(1);
});

test('a pause outlives a restart', async () => {
  const world = await startTasksWorld();
  await world.client.pauseQueue({ name: world.queue() });
  await world.restart();
  expect((await world.client.getQueue({ name: world.queue() }))[0].state).toBe('PAUSED');
});
