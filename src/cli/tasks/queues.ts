import type { protos } from '@google-cloud/tasks';
import type { Typed } from './cli-options.ts';
import { ONE_ATTEMPT, type CliDeps } from './client.ts';
import { inColumns, lastPart } from './print.ts';

type Queue = protos.google.cloud.tasks.v2.IQueue;

/** Limit of the tasks that are counted per queue, so that a long queue takes no long time. */
const MAX_COUNTED = 1000;

export async function listQueues({ client, projectId, location }: CliDeps): Promise<string> {
  const parent = client.locationPath(projectId, location);
  const [queues] = await client.listQueues({ parent }, ONE_ATTEMPT);
  const rows = queues.map(async (queue) => {
    const [tasks] = await client.listTasks(
      { parent: queue.name ?? '', pageSize: MAX_COUNTED },
      { ...ONE_ATTEMPT, autoPaginate: false },
    );
    const waiting = tasks.length < MAX_COUNTED ? `${tasks.length}` : `${MAX_COUNTED} or more`;
    return [lastPart(queue.name), String(queue.state), rateOf(queue), waiting];
  });
  return inColumns(['QUEUE', 'STATE', 'RATE', 'WAITING'], await Promise.all(rows));
}

export async function describeQueue(
  { client, projectId, location }: CliDeps,
  { operands: [name = ''] }: Typed,
): Promise<string> {
  const [queue] = await client.getQueue({ name: client.queuePath(projectId, location, name) }, ONE_ATTEMPT);
  const { rateLimits, retryConfig } = queue;
  return inColumns(
    [],
    [
      ['queue', lastPart(queue.name)],
      ['state', String(queue.state)],
      ['rate', rateOf(queue)],
      ['burst', String(rateLimits?.maxBurstSize)],
      ['at once', String(rateLimits?.maxConcurrentDispatches)],
      ['attempts', String(retryConfig?.maxAttempts)],
      [
        'backoff',
        `${seconds(retryConfig?.minBackoff)} to ${seconds(retryConfig?.maxBackoff)}, doubled ${retryConfig?.maxDoublings} times`,
      ],
    ],
  );
}

/** Creates a command that calls one method for a queue. */
export const changeQueue =
  (method: 'pauseQueue' | 'resumeQueue' | 'purgeQueue', done: string) =>
  async ({ client, projectId, location }: CliDeps, { operands: [name = ''] }: Typed): Promise<string> => {
    await client[method]({ name: client.queuePath(projectId, location, name) }, ONE_ATTEMPT);
    return `${name} ${done}.\n`;
  };

const rateOf = ({ rateLimits }: Queue) => `${rateLimits?.maxDispatchesPerSecond ?? 0}/s`;

const seconds = (duration: protos.google.protobuf.IDuration | null | undefined) =>
  `${Number(duration?.seconds ?? 0) + (duration?.nanos ?? 0) / 1e9} s`;
