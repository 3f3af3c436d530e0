import { expect, test } from 'vitest';
import { START, startTasksWorld, timestamp } from './tasks-world.ts';

test('a drain also runs what the tasks it runs add, and leaves what is due later', async () => {
  const world = await startTasksWorld();
  world.app.answer = async ({ path }) => {
    if (path === '/first') {
      await world.create('/second');
      await world.create('/tomorrow', { scheduleTime: timestamp(START + 86_400_000) });
    }
    if (path === '/second') await world.create('/third');
    return 200;
  };
  await world.create('/first');
  await world.service.drain();
  expect(world.app.calls.map(({ path }) => path)).toEqual(['/first', '/second', '/third']);
  const [left] = await world.client.listTasks({ parent: world.queue() });
  expect(left.map((task) => task.appEngineHttpRequest?.relativeUri)).toEqual(['/tomorrow']);
});

test('a drain of nothing ends', async () => {
  const world = await startTasksWorld();
  await world.service.drain();
});

test('a task that always fails does not keep a drain from ending', async () => {
  const world = await startTasksWorld();
  world.app.answer = () => 500;
  await world.create('/');
  await world.service.drain();
  expect(world.service.queues()[0]).toMatchObject({ queue: { name: world.queue() }, tasks: 1 });
});
