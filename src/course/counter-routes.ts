import type { Datastore } from '@google-cloud/datastore';
import { z } from 'zod';
import { defineRoute, type Access, type Reply, type Route } from '../http/route.ts';
import type { CreateTask } from '../jobs/create-task.ts';
import { deferredRoute, type DeferredRouteDeps, type DeferredRouteOptions } from '../jobs/deferred-route.ts';
import type { Deferred } from '../jobs/deferred.ts';
import { randomText } from '../library/ids.ts';
import type { Log } from '../log.ts';
import { increment, readCounter } from './counter.ts';

export interface CounterDeps extends DeferredRouteDeps {
  datastore: Datastore;
  log: Log;
  createTask: CreateTask;
}

const CUSTOM_PATH = '/custom/path';
const WORKER_PATH = '/worker';

const Growth = z.object({ amount: z.int() });
const WorkerTask = z.object({ call: z.string(), amount: z.int() });

/** The counters: grown now, after a minute, by a custom path and by a plain task; each task counts once. */
export function counterRoutes(deps: CounterDeps, platform: Access): Route[] {
  const grow = deps.deferred.define('counter.grow', Growth, async ({ amount }, { id }) => {
    await increment(deps.datastore, 'deferred', id, amount);
  });
  const incrementRoute = (method: 'get' | 'post') =>
    defineRoute({
      method,
      path: '/counter/increment',
      summary: 'Arranges four increments: now, in a minute, by a custom path, by a plain task.',
      access: 'public',
      documented: false,
      replies: { 200: 'text/plain' },
      handle: () => arrange(deps, grow),
    });
  return [
    incrementRoute('get'),
    incrementRoute('post'),
    defineRoute({
      method: 'get',
      path: '/counter/get',
      summary: 'Both counters.',
      access: 'public',
      documented: false,
      replies: { 200: z.object({ deferred: z.int(), taskQueue: z.int() }) },
      handle: async () => ({
        status: 200,
        body: {
          deferred: await readCounter(deps.datastore, 'deferred'),
          taskQueue: await readCounter(deps.datastore, 'task-queue'),
        },
      }),
    }),
    deferredRoute(deps, { path: CUSTOM_PATH, access: platform, around: logged(deps.log) }),
    defineRoute({
      method: 'post',
      path: WORKER_PATH,
      summary: 'Grows the counter of the plain task queue.',
      access: platform,
      documented: false,
      body: WorkerTask,
      replies: { 200: 'text/plain' },
      handle: async ({ body }) => ({
        status: 200,
        text: await increment(deps.datastore, 'task-queue', body.call, body.amount),
      }),
    }),
  ];
}

/** The sample's handler of its own: it sees the request and says so, before the call runs as everywhere else. */
const logged =
  (log: Log): NonNullable<DeferredRouteOptions['around']> =>
  (request, run) => {
    log.info({ task: request.get('X-AppEngine-TaskName') }, `A deferred call came to ${request.path}.`);
    return run();
  };

async function arrange({ createTask }: CounterDeps, grow: Deferred<z.infer<typeof Growth>>): Promise<Reply> {
  await grow.defer({ amount: 1 });
  await grow.defer({ amount: 1 }, { countdown: 60 });
  await grow.defer({ amount: 1 }, { url: CUSTOM_PATH });
  await createTask({ queue: 'default', path: WORKER_PATH, payload: { call: randomText(16), amount: 1 } });
  return { status: 200, text: 'Four increments are on their way: three now, one in a minute.\n' };
}
