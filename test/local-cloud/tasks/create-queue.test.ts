import { expect, test } from 'vitest';
import { startContract } from './contract-world.ts';

test('a queue made by API runs with the defaults of Cloud Tasks [unverified]', async () => {
  const { client, parent, newQueueName } = await startContract();
  const name = newQueueName();
  const [queue] = await client.createQueue({ parent, queue: { name } });
  expect(queue).toMatchObject({
    name,
    state: 'RUNNING',
    rateLimits: { maxDispatchesPerSecond: 500, maxBurstSize: 100, maxConcurrentDispatches: 1000 },
    retryConfig: {
      maxAttempts: 100,
      minBackoff: { seconds: '0', nanos: 100_000_000 },
      maxBackoff: { seconds: '3600', nanos: 0 },
      maxDoublings: 16,
    },
    purgeTime: null,
  });
  expect((await client.getQueue({ name }))[0]).toEqual(queue);
  await client.deleteQueue({ name });
});

test('settings are kept, spans cut to whole seconds', async () => {
  const { client, pausedQueue } = await startContract();
  const name = await pausedQueue({
    rateLimits: { maxDispatchesPerSecond: 0.5, maxConcurrentDispatches: 3 },
    retryConfig: {
      maxAttempts: -1,
      maxRetryDuration: { seconds: 90, nanos: 5e8 },
      minBackoff: { seconds: 2, nanos: 9e8 },
    },
    appEngineRoutingOverride: { service: 'worker' },
    stackdriverLoggingConfig: { samplingRatio: 0.25 },
  });
  const [queue] = await client.getQueue({ name });
  expect(queue).toMatchObject({
    rateLimits: { maxDispatchesPerSecond: 0.5, maxConcurrentDispatches: 3 },
    retryConfig: {
      maxAttempts: -1,
      maxRetryDuration: { seconds: '90', nanos: 0 },
      minBackoff: { seconds: '2', nanos: 0 },
    },
    appEngineRoutingOverride: { service: 'worker' },
    stackdriverLoggingConfig: { samplingRatio: 0.25 },
  });
});

test('a queue that is there already is ALREADY_EXISTS', async () => {
  const { client, parent, pausedQueue } = await startContract();
  const name = await pausedQueue();
  await expect(client.createQueue({ parent, queue: { name } })).rejects.toMatchObject({ code: 6 });
});

test.each([
  ['more than 500 dispatches a second', { rateLimits: { maxDispatchesPerSecond: 501 } }],
  ['more than 5000 at once', { rateLimits: { maxConcurrentDispatches: 5001 } }],
  ['fewer than -1 attempts', { retryConfig: { maxAttempts: -2 } }],
  ['a least backoff above the greatest', { retryConfig: { minBackoff: { seconds: 9 }, maxBackoff: { seconds: 3 } } }],
])('a queue of %s is INVALID_ARGUMENT', async (_what, settings) => {
  const { client, parent, newQueueName } = await startContract();
  const queue = { ...settings, name: newQueueName() };
  await expect(client.createQueue({ parent, queue })).rejects.toMatchObject({ code: 3 });
});

test.each(['under_score', 'x'.repeat(101), ''])('the queue name %j is INVALID_ARGUMENT', async (id) => {
  const { client, parent } = await startContract();
  const queue = { name: `${parent}/queues/${id}` };
  await expect(client.createQueue({ parent, queue })).rejects.toMatchObject({ code: 3 });
});
