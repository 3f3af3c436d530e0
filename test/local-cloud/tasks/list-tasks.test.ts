import { expect, test } from 'vitest';
import { appTask, startContract } from './contract-world.ts';

test('pages of a list give every task of the queue once', async () => {
  const { client, pausedQueue } = await startContract();
  const parent = await pausedQueue();
  const other = await pausedQueue();
  await client.createTask({ parent: other, task: appTask() });
  const made = await Promise.all(Array.from({ length: 25 }, () => client.createTask({ parent, task: appTask() })));
  const seen: string[] = [];
  let pageToken = '';
  do {
    const options = { autoPaginate: false };
    const [tasks, , page] = await client.listTasks({ parent, pageSize: 10, pageToken }, options);
    expect(tasks.length).toBeLessThanOrEqual(10);
    seen.push(...tasks.map(({ name }) => name!));
    pageToken = page?.nextPageToken ?? '';
  } while (pageToken);
  expect(seen.toSorted()).toEqual(made.map(([{ name }]) => name!).toSorted());
});

test('a negative page size is INVALID_ARGUMENT', async () => {
  const { client, pausedQueue } = await startContract();
  const parent = await pausedQueue();
  const call = client.listTasks({ parent, pageSize: -1 }, { autoPaginate: false });
  await expect(call).rejects.toMatchObject({ code: 3 });
});

test('a page token that no list has given is INVALID_ARGUMENT', async () => {
  const { client, pausedQueue } = await startContract();
  const parent = await pausedQueue();
  const call = client.listTasks({ parent, pageToken: 'no token!' }, { autoPaginate: false });
  await expect(call).rejects.toMatchObject({ code: 3 });
});

test('the list of an unknown queue is NOT_FOUND', async () => {
  const { client, newQueueName } = await startContract();
  await expect(client.listTasks({ parent: newQueueName() })).rejects.toMatchObject({ code: 5 });
});
