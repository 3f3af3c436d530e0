import { expect, test } from 'vitest';
import { startContract } from './contract-world.ts';

const body = Buffer.from('secret').toString('base64');
const task = { appEngineHttpRequest: { relativeUri: '/x', body, headers: { 'X-Own': 'yes' } } };

test('the basic view, which is the default, leaves the body out and keeps the headers', async () => {
  const { client, pausedQueue } = await startContract();
  const parent = await pausedQueue();
  const [{ name }] = await client.createTask({ parent, task });
  const [found] = await client.getTask({ name: name! });
  expect(found.view).toBe('BASIC');
  expect(found.appEngineHttpRequest?.body).toHaveLength(0);
  expect(found.appEngineHttpRequest?.headers).toMatchObject({ 'X-Own': 'yes' });
});

test('the full view has the body, on every method that gives a task', async () => {
  const { client, pausedQueue } = await startContract();
  const parent = await pausedQueue();
  const [created] = await client.createTask({ parent, task, responseView: 'FULL' });
  const [found] = await client.getTask({ name: created.name!, responseView: 'FULL' });
  const [[listed]] = await client.listTasks({ parent, responseView: 'FULL' });
  for (const each of [created, found, listed]) {
    expect(each?.view).toBe('FULL');
    expect(String(each?.appEngineHttpRequest?.body)).toBe('secret');
  }
});

test('headers show the defaults of the platform: its agent, and a content type for a body [unverified]', async () => {
  const { client, pausedQueue } = await startContract();
  const [created] = await client.createTask({ parent: await pausedQueue(), task });
  expect(created.appEngineHttpRequest?.headers).toMatchObject({
    'Content-Type': 'application/octet-stream',
    'User-Agent': 'AppEngine-Google; (+http://code.google.com/appengine)',
  });
});
