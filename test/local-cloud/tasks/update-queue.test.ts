import { expect, test } from 'vitest';
import { startContract } from './contract-world.ts';

const before = {
  rateLimits: { maxDispatchesPerSecond: 5, maxConcurrentDispatches: 7 },
  retryConfig: { maxAttempts: 3 },
};

test('a masked update changes what it names and nothing else', async () => {
  const { client, pausedQueue } = await startContract();
  const name = await pausedQueue(before);
  const [queue] = await client.updateQueue({
    queue: {
      name,
      rateLimits: { maxDispatchesPerSecond: 9, maxConcurrentDispatches: 1 },
      retryConfig: { maxAttempts: 8 },
    },
    updateMask: { paths: ['rate_limits.max_dispatches_per_second', 'retry_config.max_attempts'] },
  });
  expect(queue).toMatchObject({
    state: 'PAUSED',
    rateLimits: { maxDispatchesPerSecond: 9, maxConcurrentDispatches: 7 },
    retryConfig: { maxAttempts: 8 },
  });
});

test('an update without a mask sets every field, the missing ones to their defaults', async () => {
  const { client, pausedQueue } = await startContract();
  const name = await pausedQueue(before);
  const [queue] = await client.updateQueue({ queue: { name, rateLimits: { maxDispatchesPerSecond: 2 } } });
  expect(queue).toMatchObject({
    rateLimits: { maxDispatchesPerSecond: 2, maxConcurrentDispatches: 1000 },
    retryConfig: { maxAttempts: 100 },
  });
});

test('an update of a queue that is not there makes it', async () => {
  const { client, newQueueName } = await startContract();
  const name = newQueueName();
  await client.updateQueue({ queue: { name, ...before } });
  expect((await client.getQueue({ name }))[0]).toMatchObject({ state: 'RUNNING', rateLimits: before.rateLimits });
  await client.deleteQueue({ name });
});

test('an output-only field is ignored', async () => {
  const { client, pausedQueue } = await startContract();
  const name = await pausedQueue(before);
  const [queue] = await client.updateQueue({ queue: { name, state: 'RUNNING', purgeTime: { seconds: 1 } } });
  expect(queue).toMatchObject({ state: 'PAUSED', purgeTime: null });
});

test('a mask that names no field of a queue is INVALID_ARGUMENT', async () => {
  const { client, pausedQueue } = await startContract();
  const queue = { name: await pausedQueue(before) };
  const call = client.updateQueue({ queue, updateMask: { paths: ['colour'] } });
  await expect(call).rejects.toMatchObject({ code: 3 });
});
