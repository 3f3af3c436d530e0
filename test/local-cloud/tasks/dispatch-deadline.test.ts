import { expect, test } from 'vitest';
import { startContract } from './contract-world.ts';
import { startTasksWorld, type TaskMessage } from './tasks-world.ts';

const app: TaskMessage = { appEngineHttpRequest: {} };
const http: TaskMessage = { httpRequest: { url: 'https://example.com' } };

test.each([
  ['an HTTP target', http],
  ['the application', app],
])('the deadline of %s is ten minutes by default', async (_what, task) => {
  const { client, pausedQueue } = await startContract();
  const [created] = await client.createTask({ parent: await pausedQueue(), task });
  expect(Number(created.dispatchDeadline?.seconds)).toBe(600);
});

test.each([
  ['an HTTP target', http, 15, 1_800],
  ['the application', app, 15, 86_415],
])('the deadline of %s may be from %i to %i seconds', async (_what, task, least, most) => {
  const { client, pausedQueue } = await startContract();
  const parent = await pausedQueue();
  const create = (seconds: number) => client.createTask({ parent, task: { ...task, dispatchDeadline: { seconds } } });
  await create(least);
  await create(most);
  await expect(create(least - 1)).rejects.toMatchObject({ code: 3 });
  await expect(create(most + 1)).rejects.toMatchObject({ code: 3 });
});

test('a try that is not answered by its deadline has failed with DEADLINE_EXCEEDED and is repeated', async () => {
  const world = await startTasksWorld();
  world.app.answer = (_call, index) => (index === 0 ? new Promise(() => undefined) : 200);
  const { name } = await world.create('/', { dispatchDeadline: { seconds: 20 } });
  await world.app.seen(1);
  world.clock.advance(20_000);
  await world.service.drain();
  const [task] = await world.client.getTask({ name: name! });
  expect(task).toMatchObject({ dispatchCount: 1, responseCount: 0, lastAttempt: { responseStatus: { code: 4 } } });
  world.clock.advance(100);
  await world.service.drain();
  expect(world.app.calls[1]?.headers).toMatchObject({
    'x-appengine-taskretrycount': '1',
    'x-appengine-taskexecutioncount': '0',
  });
});

test('a request to the application ends after ten minutes, whatever the deadline of its task', async () => {
  const world = await startTasksWorld();
  world.app.answer = () => new Promise(() => undefined);
  const { name } = await world.create('/', { dispatchDeadline: { seconds: 86_400 } });
  await world.app.seen(1);
  world.clock.advance(600_000);
  await world.service.drain();
  const [task] = await world.client.getTask({ name: name! });
  expect(task.lastAttempt?.responseStatus?.code).toBe(4);
});
