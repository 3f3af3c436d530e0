import { expect, test } from 'vitest';
import { hasToken, nextTokenAt, refill, takeToken } from '../../../src/local-cloud/tasks/queue-flow.ts';
import { queueOf, startTasksWorld } from './tasks-world.ts';

test('a full bucket goes at once, then one task for each token that comes', async () => {
  const world = await startTasksWorld({ queues: queueOf('rate: 2/s\n    bucket_size: 3') });
  await world.client.pauseQueue({ name: world.queue('q') });
  await Promise.all(Array.from({ length: 6 }, () => world.create('/', {}, 'q')));
  await world.client.resumeQueue({ name: world.queue('q') });
  await world.app.seen(3);
  world.clock.advance(499);
  expect(world.app.calls).toHaveLength(3);
  for (const count of [4, 5, 6]) {
    world.clock.advance(500);
    await world.app.seen(count);
    expect(world.app.calls).toHaveLength(count);
  }
});

test('a rate of 0 stops the queue, also for a drain', async () => {
  const world = await startTasksWorld({ queues: queueOf('rate: 0') });
  await world.create('/', {}, 'q');
  world.clock.advance(3_600_000);
  await world.service.drain();
  expect(world.app.calls).toHaveLength(0);
});

test('a drain does not wait for tokens', async () => {
  const world = await startTasksWorld({ queues: queueOf('rate: 1/d\n    bucket_size: 1') });
  await Promise.all(Array.from({ length: 5 }, () => world.create('/', {}, 'q')));
  await world.service.drain();
  expect(world.app.calls).toHaveLength(5);
});

test('the next token comes exactly when it is said to', () => {
  const limits = { maxDispatchesPerSecond: 3, maxBurstSize: 2 };
  let bucket = { tokens: 2, filledAt: 0 };
  let sent = 0;
  for (let now = 0; now <= 10_000_000; now = hasToken(bucket) ? now : nextTokenAt(bucket, limits)) {
    bucket = refill(bucket, limits, now);
    expect(hasToken(bucket)).toBe(true);
    bucket = takeToken(bucket);
    sent++;
  }
  expect(sent).toBe(2 + 3 * 10);
});
