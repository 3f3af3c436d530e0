import { expect, test } from 'vitest';
import { queueOf, startTasksWorld } from './tasks-world.ts';

test('no more than the allowed number of tries are on their way at once', async () => {
  const yaml = 'rate: 100/s\n    bucket_size: 100\n    max_concurrent_requests: 2';
  const world = await startTasksWorld({ queues: queueOf(yaml) });
  const gates: (() => void)[] = [];
  world.app.answer = () => new Promise((resolve) => gates.push(() => resolve(200)));
  const onTheirWay = async () => {
    const [tasks] = await world.client.listTasks({ parent: world.queue('q') });
    return tasks.filter(({ dispatchCount }) => dispatchCount === 1).length;
  };
  for (let task = 0; task < 5; task++) await world.create('/', {}, 'q');
  for (const seen of [2, 3, 4, 5]) {
    await world.app.seen(seen);
    expect(await onTheirWay()).toBe(2);
    gates.shift()?.();
  }
  for (const open of gates) open();
  await world.service.drain();
  expect(await onTheirWay()).toBe(0);
});
