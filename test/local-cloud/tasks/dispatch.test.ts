import { expect, test } from 'vitest';
import { SECRET, START, startTasksWorld, timestamp } from './tasks-world.ts';

test('a task reaches the application with its method, path, body and headers, and is gone', async () => {
  const world = await startTasksWorld();
  const body = Buffer.from('{"photo":"p1"}').toString('base64');
  const task = await world.create('/tasks/x?a=1', {
    appEngineHttpRequest: { relativeUri: '/tasks/x?a=1', body, headers: { 'Content-Type': 'application/json' } },
  });
  await world.service.drain();
  expect(world.app.calls).toHaveLength(1);
  expect(world.app.calls[0]).toMatchObject({ method: 'POST', path: '/tasks/x?a=1', body: '{"photo":"p1"}' });
  expect(world.app.calls[0]?.headers).toMatchObject({
    'content-type': 'application/json',
    'x-appengine-queuename': 'default',
    'x-appengine-taskname': task.name?.split('/').at(-1),
    'x-appengine-taskretrycount': '0',
    'x-appengine-taskexecutioncount': '0',
    'x-appengine-tasketa': `${START / 1_000}.000000`,
    'x-local-cloud-secret': SECRET,
  });
  await expect(world.client.getTask({ name: task.name! })).rejects.toMatchObject({ code: 5 });
});

test('a task that is scheduled for later goes out when its time has come', async () => {
  const world = await startTasksWorld();
  await world.create('/later', { scheduleTime: timestamp(START + 60_000) });
  await world.service.drain();
  expect(world.app.calls).toHaveLength(0);
  world.clock.advance(60_000);
  await world.app.seen(1);
});

test('a failed task is tried again after its backoff, and says how often it was tried', async () => {
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

test('what waits and what was never answered runs after a restart', async () => {
  const world = await startTasksWorld();
  world.app.answer = () => new Promise(() => undefined);
  await world.create('/stuck');
  await world.app.seen(1);
  await world.restart();
  world.app.answer = () => 200;
  await world.service.drain();
  expect(world.app.calls.map(({ path }) => path)).toEqual(['/stuck', '/stuck']);
});

test('nothing goes out while the application is down, and everything once it is up', async () => {
  let up = false;
  const world = await startTasksWorld({ app: () => (up ? world.app.url : undefined) });
  await world.create('/early');
  await world.service.drain();
  expect(world.app.calls).toHaveLength(0);
  up = true;
  world.service.wake();
  await world.app.seen(1);
});
