import { expect, test } from 'vitest';
import { startTasksWorld, START, timestamp } from './tasks-world.ts';

test('run sends a task at once, though it is due later and its queue is paused, and gives it as dispatched', async () => {
  const world = await startTasksWorld();
  await world.client.pauseQueue({ name: world.queue() });
  const { name } = await world.create('/now', { scheduleTime: timestamp(START + 3_600_000) });
  const [task] = await world.client.runTask({ name: name! });
  expect(task).toMatchObject({ dispatchCount: 1, responseCount: 0 });
  expect(task.lastAttempt?.dispatchTime).not.toBeNull();
  await world.service.drain();
  expect(world.app.calls[0]?.path).toBe('/now');
  await expect(world.client.runTask({ name: name! })).rejects.toMatchObject({ code: 5 });
});

test('after a failed run the task is due by its backoff from the moment of the call', async () => {
  const world = await startTasksWorld();
  const { promise, resolve } = Promise.withResolvers<number>();
  world.app.answer = () => promise;
  const { name } = await world.create('/', { scheduleTime: timestamp(START + 3_600_000) });
  await world.client.runTask({ name: name! });
  await world.app.seen(1);
  world.clock.advance(60);
  resolve(500);
  await world.service.drain();
  const [task] = await world.client.getTask({ name: name! });
  expect(task.scheduleTime).toMatchObject({ seconds: String(START / 1_000), nanos: 100_000_000 });
});

test('a task that is on its way can be sent a second time', async () => {
  const world = await startTasksWorld();
  const { promise, resolve } = Promise.withResolvers<number>();
  world.app.answer = () => promise;
  const { name } = await world.create('/');
  await world.app.seen(1);
  await world.client.runTask({ name: name! });
  await world.app.seen(2);
  resolve(200);
  await world.service.drain();
  await expect(world.client.getTask({ name: name! })).rejects.toMatchObject({ code: 5 });
});
