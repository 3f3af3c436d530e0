import { expect, test } from 'vitest';
import { readQueueYaml } from '../../../src/local-cloud/tasks/index.ts';
import { queueOf, startTasksWorld } from './tasks-world.ts';

test('every field has the meaning and the default of queue.yaml', () => {
  const [first, second] = readQueueYaml(`
total_storage_limit: 120M
queue:
  - name: default
    rate: 30/m
  - name: all-fields
    mode: push
    rate: 1.5/s
    bucket_size: 40
    max_concurrent_requests: 10
    target: worker
    retry_parameters:
      task_retry_limit: 7
      task_age_limit: 2d
      min_backoff_seconds: 10
      max_backoff_seconds: 200
      max_doublings: 2
`);
  expect(first).toMatchObject({
    name: 'default',
    rateLimits: { maxDispatchesPerSecond: 0.5, maxBurstSize: 5 },
    retryConfig: { maxAttempts: 100, maxRetryDuration: 0, minBackoff: 0.1, maxBackoff: 3600, maxDoublings: 16 },
  });
  expect(second).toEqual({
    name: 'all-fields',
    rateLimits: { maxDispatchesPerSecond: 1.5, maxBurstSize: 40, maxConcurrentDispatches: 10 },
    retryConfig: { maxAttempts: 8, maxRetryDuration: 172_800, minBackoff: 10, maxBackoff: 200, maxDoublings: 2 },
    routing: { service: 'worker' },
  });
});

test('a thousand tries may be on their way where nothing is said [unverified]', () => {
  const [queue] = readQueueYaml('');
  expect(queue?.rateLimits.maxConcurrentDispatches).toBe(1_000);
});

test('the queue default exists also where queue.yaml does not name it', () => {
  expect(readQueueYaml('').map(({ name }) => name)).toEqual(['default']);
  expect(queueOf('rate: 1/s').map(({ name, rateLimits }) => [name, rateLimits.maxDispatchesPerSecond])).toEqual([
    ['default', 5],
    ['q', 1],
  ]);
});

test('all faults are named in one error', () => {
  const text = `
queue:
  - name: no_underscore
    rate: 5/s
  - name: fast
    rate: 501/s
  - name: pull
    mode: pull
    rate: 1 per second
    retry_parameters: {task_age_limit: 3w, task_retry_limit: -1}
  - name: colour
    color: red
`;
  expect(() => readQueueYaml(text)).toThrow(
    /queue\.0\.name[^]*queue\.1\.rate: is more than 500\/s[^]*queue\.2\.mode[^]*queue\.2\.rate[^]*task_retry_limit[^]*task_age_limit[^]*queue\.3\.rate/,
  );
  expect(() => readQueueYaml(text)).toThrow(/color/);
});

test('a file that is no YAML is refused as such', () => {
  expect(() => readQueueYaml('queue: [')).toThrow('queue.yaml is not YAML');
});

test('a name that is there twice is refused', () => {
  expect(() => readQueueYaml('queue: [{name: a, rate: 1/s}, {name: a, rate: 2/s}]')).toThrow('a is there twice');
});

test('a queue that queue.yaml has dropped is disabled: it takes tasks and sends none until it is back', async () => {
  const world = await startTasksWorld({ queues: queueOf('rate: 5/s') });
  await world.restart({ queues: readQueueYaml('') });
  expect((await world.client.getQueue({ name: world.queue('q') }))[0].state).toBe('DISABLED');
  await world.create('/kept', {}, 'q');
  await world.service.drain();
  expect(world.app.calls).toHaveLength(0);
  await world.restart({ queues: queueOf('rate: 5/s') });
  await world.service.drain();
  expect(world.app.calls).toHaveLength(1);
});

test('a disabled queue runs again when it is resumed', async () => {
  const world = await startTasksWorld({ queues: queueOf('rate: 5/s') });
  await world.restart({ queues: readQueueYaml('') });
  await world.create('/', {}, 'q');
  await world.client.resumeQueue({ name: world.queue('q') });
  await world.app.seen(1);
});
