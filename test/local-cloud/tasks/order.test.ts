import { expect, test } from 'vitest';
import { queueOf, START, startTasksWorld, timestamp, type TasksWorld } from './tasks-world.ts';

const oneByOne = queueOf('rate: 100/s\n    bucket_size: 100\n    max_concurrent_requests: 1');

async function createOutOfOrder(world: TasksWorld) {
  const at = (ms: number) => ({ scheduleTime: timestamp(START + ms) });
  await world.create('/third', at(30), 'q');
  await world.create('/first', at(10), 'q');
  await world.create('/second', at(20), 'q');
  await world.create('/second-too', at(20), 'q');
  await world.client.pauseQueue({ name: world.queue('q') });
  world.clock.advance(1_000);
  await world.client.resumeQueue({ name: world.queue('q') });
  await world.service.drain();
  return world.app.calls.map(({ path }) => path);
}

test('tasks go out in the order of their times, then of their making', async () => {
  const world = await startTasksWorld({ queues: oneByOne });
  expect(await createOutOfOrder(world)).toEqual(['/first', '/second', '/second-too', '/third']);
});

test('the task that is due last runs first with the fault "reverse order"', async () => {
  const world = await startTasksWorld({ queues: oneByOne });
  world.service.faults.reverseOrder(true);
  expect(await createOutOfOrder(world)).toEqual(['/third', '/second-too', '/second', '/first']);
});

test('a task that succeeded is delivered once more with the fault "deliver twice"', async () => {
  const world = await startTasksWorld();
  world.service.faults.deliverTwice(true);
  await world.create('/');
  await world.service.drain();
  expect(world.app.calls).toHaveLength(2);
  expect(world.app.calls[1]?.rawHeaders).toEqual(world.app.calls[0]?.rawHeaders);
  world.service.faults.deliverTwice(false);
  await world.create('/');
  await world.service.drain();
  expect(world.app.calls).toHaveLength(3);
});
