import { expect, test } from 'vitest';
import { SECRET, START, startTasksWorld } from './tasks-world.ts';

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
