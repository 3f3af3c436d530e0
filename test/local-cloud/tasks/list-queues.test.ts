import { expect, test } from 'vitest';
import { startContract } from './contract-world.ts';

test('queues are listed by name, page by page', async () => {
  const { client, parent, pausedQueue } = await startContract();
  const made = [await pausedQueue(), await pausedQueue(), await pausedQueue()];
  const [first, , page] = await client.listQueues({ parent, pageSize: 2 }, { autoPaginate: false });
  expect(first.length).toBeLessThanOrEqual(2);
  expect(page?.nextPageToken).not.toBe('');
  const names = (await client.listQueues({ parent }))[0].map(({ name }) => name!);
  expect(names).toEqual(names.toSorted());
  expect(names).toEqual(expect.arrayContaining(made));
});

test('the filter by state gives the queues of that state', async () => {
  const { client, parent, pausedQueue } = await startContract();
  const paused = await pausedQueue();
  const running = await pausedQueue();
  await client.resumeQueue({ name: running });
  const names = (await client.listQueues({ parent, filter: 'state: PAUSED' }))[0].map(({ name }) => name);
  expect(names).toContain(paused);
  expect(names).not.toContain(running);
});
