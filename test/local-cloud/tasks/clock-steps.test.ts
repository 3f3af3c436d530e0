import { expect, test } from 'vitest';
import { queueOf, START, startTasksWorld, timestamp } from './tasks-world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

test('a task made while the clock was 40 days ahead runs when it was meant to', async () => {
  const world = await startTasksWorld();
  world.clock.step(40 * DAY);
  await world.create('/later', { scheduleTime: timestamp(START + 40 * DAY + 5 * MINUTE) });
  world.clock.step(-40 * DAY);
  world.clock.advance(4 * MINUTE);
  await world.service.drain();
  expect(world.app.calls).toHaveLength(0);
  world.clock.advance(MINUTE);
  await world.app.seen(1);
});

test('a task that failed while the clock was ahead is tried again soon after it is set back, also by a restart', async () => {
  const world = await startTasksWorld();
  world.clock.step(40 * DAY);
  world.app.answer = () => 500;
  await world.create('/failing');
  await world.app.seen(1);
  await world.service.drain();
  const before = world.app.calls.length;
  world.app.answer = () => 200;
  world.clock.step(-40 * DAY);
  await world.restart();
  world.clock.advance(MINUTE);
  await world.app.seen(before + 1);
});

test('a queue that holds back for an overloaded target goes on although the clock is set back', async () => {
  const world = await startTasksWorld({ queues: queueOf('rate: 100/s') });
  world.app.answer = (_call, index) => (index === 0 ? 503 : 200);
  await world.create('/a', {}, 'q');
  await world.app.seen(1);
  await world.service.drain();
  world.clock.step(-DAY);
  world.clock.advance(10 * MINUTE);
  await world.app.seen(2);
});

test('a clock that is 40 days ahead for less than an hour deletes no task', async () => {
  const world = await startTasksWorld();
  await world.client.pauseQueue({ name: world.queue() });
  const { name } = await world.create('/old');
  world.clock.advance(2 * HOUR);
  world.clock.step(40 * DAY);
  world.clock.advance(HOUR - MINUTE);
  await world.restart();
  world.clock.step(-40 * DAY);
  world.clock.advance(2 * HOUR);
  expect((await world.client.getTask({ name: name! }))[0].name).toBe(name);
});
