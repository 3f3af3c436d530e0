import { expect, test } from 'vitest';
import { appTask, startContract } from './contract-world.ts';
import { startTasksWorld } from './tasks-world.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const taken = { code: 6, details: 'Requested entity already exists' };

test('a chosen name is kept, and a second task of that name is ALREADY_EXISTS', async () => {
  const { client, pausedQueue } = await startContract();
  const parent = await pausedQueue();
  const task = { ...appTask(), name: `${parent}/tasks/once_and-only` };
  expect((await client.createTask({ parent, task }))[0].name).toBe(task.name);
  await expect(client.createTask({ parent, task })).rejects.toMatchObject(taken);
});

test('the name of a deleted task stays taken', async () => {
  const { client, pausedQueue } = await startContract();
  const parent = await pausedQueue();
  const task = { ...appTask(), name: `${parent}/tasks/gone` };
  await client.createTask({ parent, task });
  await client.deleteTask({ name: task.name });
  await expect(client.createTask({ parent, task })).rejects.toMatchObject(taken);
});

test.each([
  ['no/such/form', 'Task name must be formatted'],
  ['tasks/x', 'Task name must be formatted'],
  ['with space', 'Task ID "with space" can contain only'],
  ['x'.repeat(501), 'Task ID must between 1 and 500'],
  ['', 'Task ID must between 1 and 500'],
])('the name %s is INVALID_ARGUMENT', async (id, words) => {
  const { client, pausedQueue } = await startContract();
  const parent = await pausedQueue();
  const task = { ...appTask(), name: `${parent}/tasks/${id}` };
  await expect(client.createTask({ parent, task })).rejects.toMatchObject({
    code: 3,
    details: expect.stringContaining(words),
  });
});

test('a name that belongs to another queue is INVALID_ARGUMENT', async () => {
  const { client, pausedQueue } = await startContract();
  const parent = await pausedQueue();
  const task = { ...appTask(), name: `${await pausedQueue()}/tasks/x` };
  await expect(client.createTask({ parent, task })).rejects.toMatchObject({
    code: 3,
    details: expect.stringContaining('The queue name from request'),
  });
});

test('the name of a finished task is free after nine days on a queue of queue.yaml', async () => {
  const world = await startTasksWorld();
  const name = `${world.queue()}/tasks/daily`;
  await world.create('/', { name });
  await world.service.drain();
  world.clock.advance(9 * DAY - 1);
  await expect(world.create('/', { name })).rejects.toMatchObject(taken);
  world.clock.advance(1);
  await world.create('/', { name });
});

test('the name of a finished task is free after an hour on a queue made by API', async () => {
  const world = await startTasksWorld();
  const parent = world.client.locationPath('demo', 'europe-west1');
  await world.client.createQueue({ parent, queue: { name: world.queue('api') } });
  const name = `${world.queue('api')}/tasks/hourly`;
  await world.create('/', { name }, 'api');
  await world.service.drain();
  world.clock.advance(HOUR - 1);
  await expect(world.create('/', { name }, 'api')).rejects.toMatchObject(taken);
  world.clock.advance(1);
  await world.create('/', { name }, 'api');
});

test('task names stay taken across a restart', async () => {
  const world = await startTasksWorld();
  const name = `${world.queue()}/tasks/x`;
  await world.create('/', { name });
  await world.service.drain();
  await world.restart();
  await expect(world.create('/', { name })).rejects.toMatchObject(taken);
});
