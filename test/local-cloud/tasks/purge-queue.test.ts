import { expect, test } from 'vitest';
import { START, startTasksWorld } from './tasks-world.ts';

test('a purge deletes every task made before it, and says when it was', async () => {
  const world = await startTasksWorld();
  const name = world.queue();
  await world.client.pauseQueue({ name });
  await world.create('/old');
  const [queue] = await world.client.purgeQueue({ name });
  expect(queue.purgeTime).toMatchObject({ seconds: String(START / 1_000) });
  await world.create('/new');
  const [tasks] = await world.client.listTasks({ parent: name });
  expect(tasks.map((task) => task.appEngineHttpRequest?.relativeUri)).toEqual(['/new']);
});

test('the names of purged tasks stay taken', async () => {
  const world = await startTasksWorld();
  const name = `${world.queue()}/tasks/x`;
  await world.client.pauseQueue({ name: world.queue() });
  await world.create('/', { name });
  await world.client.purgeQueue({ name: world.queue() });
  await expect(world.create('/', { name })).rejects.toMatchObject({ code: 6 });
});

test('a task that is on its way while its queue is purged does not come back', async () => {
  const world = await startTasksWorld();
  const { promise, resolve } = Promise.withResolvers<number>();
  world.app.answer = () => promise;
  await world.create('/');
  await world.app.seen(1);
  await world.client.purgeQueue({ name: world.queue() });
  resolve(500);
  await world.service.drain();
  expect((await world.client.listTasks({ parent: world.queue() }))[0]).toEqual([]);
});
