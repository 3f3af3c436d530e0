import { expect, test } from 'vitest';
import { backoff } from '../../../src/local-cloud/tasks/backoff.ts';
import { queueOf, startTasksWorld, type TasksWorld } from './tasks-world.ts';

const listed = async (world: TasksWorld) => (await world.client.listTasks({ parent: world.queue('q') }))[0];

test('the wait doubles, then grows by the last step, and stays at its cap', () => {
  const limits = { minBackoff: 10, maxBackoff: 300, maxDoublings: 3 };
  const waits = [1, 2, 3, 4, 5, 6, 7, 8].map((retry) => backoff(retry, limits));
  expect(waits).toEqual([10, 20, 40, 80, 160, 240, 300, 300]);
});

test('a failed task is due again after each wait and not before', async () => {
  const retry = '{task_retry_limit: 9, min_backoff_seconds: 10, max_backoff_seconds: 300, max_doublings: 1}';
  const world = await startTasksWorld({ queues: queueOf(`rate: 5/s\n    retry_parameters: ${retry}`) });
  world.app.answer = () => 500;
  await world.create('/', {}, 'q');
  await world.service.drain();
  for (const [index, seconds] of [10, 20, 40, 60].entries()) {
    world.clock.advance(seconds * 1_000 - 1);
    await world.service.drain();
    expect(world.app.calls).toHaveLength(index + 1);
    world.clock.advance(1);
    await world.service.drain();
    expect(world.app.calls).toHaveLength(index + 2);
  }
});

test('a task shows its first and its last try', async () => {
  const world = await startTasksWorld({ queues: queueOf('rate: 5/s') });
  world.app.answer = () => 404;
  await world.create('/', {}, 'q');
  await world.service.drain();
  world.clock.advance(100);
  await world.service.drain();
  const [task] = await listed(world);
  expect(task).toMatchObject({ dispatchCount: 2, responseCount: 2 });
  expect(task?.firstAttempt).toMatchObject({ scheduleTime: null, responseTime: null, responseStatus: null });
  expect(task?.lastAttempt?.responseStatus).toMatchObject({ code: 5, message: 'NOT_FOUND(5): HTTP status code 404' });
  expect(task?.lastAttempt?.dispatchTime?.nanos).toBe(100_000_000);
});

test('a retry limit of n gives n + 1 tries, then the task is deleted', async () => {
  const retry = 'retry_parameters: {task_retry_limit: 2, min_backoff_seconds: 1}';
  const world = await startTasksWorld({ queues: queueOf(`rate: 5/s\n    ${retry}`) });
  world.app.answer = () => 500;
  await world.create('/', {}, 'q');
  for (let second = 0; second < 20; second++) {
    await world.service.drain();
    world.clock.advance(1_000);
  }
  expect(world.app.calls).toHaveLength(3);
  expect(await listed(world)).toEqual([]);
});

test('a task with an age limit is given up when both limits are exceeded', async () => {
  const retry =
    'retry_parameters: {task_retry_limit: 1, task_age_limit: 10s, min_backoff_seconds: 1, max_doublings: 0}';
  const world = await startTasksWorld({ queues: queueOf(`rate: 5/s\n    ${retry}`) });
  world.app.answer = () => 500;
  await world.create('/', {}, 'q');
  for (let second = 0; second < 40; second++) {
    await world.service.drain();
    world.clock.advance(1_000);
  }
  // At 0, 1, 3, 6 and 10 seconds: the last one finds both limits reached.
  expect(world.app.calls).toHaveLength(5);
  expect(await listed(world)).toEqual([]);
});

test('a closed port is a failed attempt without an answer', async () => {
  const world = await startTasksWorld({ app: () => 'http://127.0.0.1:1', queues: queueOf('rate: 5/s') });
  await world.create('/', {}, 'q');
  await world.service.drain();
  const [task] = await listed(world);
  expect(task).toMatchObject({ dispatchCount: 1, responseCount: 0, lastAttempt: { responseStatus: { code: 14 } } });
});

test('a try says how often the task was tried and answered, and ends it when it succeeds', async () => {
  const world = await startTasksWorld();
  world.app.answer = (_call, index) => (index === 0 ? 500 : 204);
  await world.create('/flaky');
  await world.service.drain();
  expect(world.app.calls).toHaveLength(1);
  world.clock.advance(100);
  await world.service.drain();
  expect(world.app.calls[1]?.headers).toMatchObject({
    'x-appengine-taskretrycount': '1',
    'x-appengine-taskexecutioncount': '1',
    'x-appengine-taskpreviousresponse': '500',
  });
  await world.service.drain();
  expect(world.app.calls).toHaveLength(2);
});
