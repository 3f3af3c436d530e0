import { expect, test } from 'vitest';
import { appTask, startContract } from './contract-world.ts';

test('a task without a name gets one of its own below its queue', async () => {
  const { client, pausedQueue } = await startContract();
  const queue = await pausedQueue();
  const [first] = await client.createTask({ parent: queue, task: appTask() });
  const [second] = await client.createTask({ parent: queue, task: appTask() });
  expect(first.name).toMatch(new RegExp(`^${queue}/tasks/[A-Za-z0-9_-]{1,500}$`));
  expect(second.name).not.toBe(first.name);
});

test('a new task is untried, and shows when it was made and when it is due', async () => {
  const { client, pausedQueue } = await startContract();
  const parent = await pausedQueue();
  const [task] = await client.createTask({ parent, task: appTask('/tasks/x?y=1') });
  expect(task).toMatchObject({
    appEngineHttpRequest: { httpMethod: 'POST', relativeUri: '/tasks/x?y=1' },
    dispatchCount: 0,
    responseCount: 0,
    firstAttempt: null,
    lastAttempt: null,
    view: 'BASIC',
  });
  expect(task.createTime?.nanos).toBe(0);
  expect(Number(task.scheduleTime?.seconds)).toBeGreaterThanOrEqual(Number(task.createTime?.seconds));
});

test('an empty relative uri is the root', async () => {
  const { client, pausedQueue } = await startContract();
  const parent = await pausedQueue();
  const [task] = await client.createTask({ parent, task: { appEngineHttpRequest: {} } });
  expect(task.appEngineHttpRequest?.relativeUri).toBe('/');
});

test('a task of an unknown queue is NOT_FOUND', async () => {
  const { client, newQueueName } = await startContract();
  await expect(client.createTask({ parent: newQueueName(), task: appTask() })).rejects.toMatchObject({
    code: 5,
    details: expect.stringContaining('Queue does not exist.'),
  });
});
