import { expect, test } from 'vitest';
import { appTask, startContract } from './contract-world.ts';
import { START, startTasksWorld, timestamp } from './tasks-world.ts';

const DAY = 86_400_000;

test('a time in the past is now', async () => {
  const world = await startTasksWorld();
  const task = await world.create('/', { scheduleTime: timestamp(START - DAY) });
  expect(task.scheduleTime).toMatchObject({ seconds: String(START / 1_000), nanos: 0 });
});

test('a time is kept to the microsecond', async () => {
  const world = await startTasksWorld();
  const seconds = START / 1_000 + 60;
  const task = await world.create('/', { scheduleTime: { seconds, nanos: 123_456_789 } });
  expect(task.scheduleTime).toMatchObject({ seconds: String(seconds), nanos: 123_456_000 });
});

test('thirty days ahead is taken, more is INVALID_ARGUMENT', async () => {
  const { client, pausedQueue } = await startContract();
  const parent = await pausedQueue();
  const now = (await client.createTask({ parent, task: appTask() }))[0].scheduleTime;
  const ahead = (days: number) => ({ ...appTask(), scheduleTime: { seconds: Number(now?.seconds) + days * 86_400 } });
  await client.createTask({ parent, task: ahead(29) });
  await expect(client.createTask({ parent, task: ahead(31) })).rejects.toMatchObject({ code: 3 });
});

test('a task that is scheduled for later goes out when its time has come', async () => {
  const world = await startTasksWorld();
  await world.create('/later', { scheduleTime: timestamp(START + 60_000) });
  await world.service.drain();
  expect(world.app.calls).toHaveLength(0);
  world.clock.advance(60_000);
  await world.app.seen(1);
});
