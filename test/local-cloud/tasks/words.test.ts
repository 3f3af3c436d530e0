import { expect, test } from 'vitest';
import { appTask, startContract } from './contract-world.ts';

// As captured from production: aertje/cloud-tasks-emulator, conformance/golden/realcloud.json.
test('a refusal has the words of production', async () => {
  const { client, parent, newQueueName, pausedQueue } = await startContract();
  const [missing, queue, deleted] = [newQueueName(), await pausedQueue(), newQueueName()];
  await client.createQueue({ parent, queue: { name: deleted } });
  await client.deleteQueue({ name: deleted });
  const gone = `${queue}/tasks/gone`;
  await client.createTask({ parent: queue, task: { ...appTask(), name: gone } });
  await client.deleteTask({ name: gone });

  const noQueue =
    'Queue does not exist. If you just created the queue, wait at least a minute for the queue to initialize.';
  const unknown = 'Requested entity was not found.';
  const alphabet = 'can contain only letters ([A-Za-z]), numbers ([0-9]), hyphens (-), or underscores (_).';
  const none = `${queue}/tasks/none`;
  const create = (name: string) => client.createTask({ parent: queue, task: { ...appTask(), name } });
  const refused: [Promise<unknown>, code: number, details: string][] = [
    [client.createQueue({ parent, queue: { name: queue } }), 6, 'Queue already exists'],
    [
      client.createQueue({ parent, queue: { name: 'not-a-name' } }),
      3,
      'Queue name must be formatted: "projects/<PROJECT_ID>/locations/<LOCATION_ID>/queues/<QUEUE_ID>".',
    ],
    [
      client.createQueue({ parent, queue: { name: deleted } }),
      9,
      'The queue cannot be created because a queue with this name existed too recently.',
    ],
    [client.deleteQueue({ name: missing }), 5, unknown],
    [client.getQueue({ name: missing }), 5, noQueue],
    [client.getQueue({ name: deleted }), 5, noQueue],
    [client.pauseQueue({ name: missing }), 5, noQueue],
    [client.purgeQueue({ name: missing }), 5, noQueue],
    [client.createTask({ parent: missing, task: appTask() }), 5, noQueue],
    [create(gone), 6, 'Requested entity already exists'],
    [
      create(`${queue}/tasks/two words`),
      3,
      `Task ID "two words" ${alphabet} Task ID must between 1 and 500 characters.`,
    ],
    [
      create(`${queue}-other/tasks/a`),
      3,
      `The queue name from request ('${queue}') must be the same as the queue name in the named task ('${queue}-other').`,
    ],
    [client.getTask({ name: none }), 5, unknown],
    [client.deleteTask({ name: none }), 5, unknown],
    [client.runTask({ name: none }), 5, unknown],
    [
      client.getTask({ name: gone }),
      5,
      'The task no longer exists, though a task with this name existed recently. ' +
        'The task either successfully completed or was deleted.',
    ],
  ];
  const told = await Promise.allSettled(refused.map(([call]) => call));
  const said = told.map((outcome) => (outcome.status === 'rejected' ? outcome.reason : undefined));
  expect(said.map(({ code, details }) => ({ code, details }))).toEqual(
    refused.map(([, code, details]) => ({ code, details })),
  );
});
