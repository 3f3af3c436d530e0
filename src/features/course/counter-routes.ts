import type { Datastore } from '@google-cloud/datastore';
import type { Request } from 'express';
import { z } from 'zod';
import { refusedToForeignPages, refuseForeignPage, requireOwnPageOrToken } from '../accounts/request-origin.ts';
import type { Clock } from '../../runtime/clock.ts';
import { AppError } from '../../runtime/errors.ts';
import { readFields } from '../../http/input/read-fields.ts';
import { announcesBody } from '../../http/input/request-body.ts';
import { defineRoute, type Reply, type Route, type TokenlessAccess } from '../../http/route.ts';
import type { CreateTask } from '../../background/create-task.ts';
import { deferredRoute, type DeferredRouteDeps, type DeferredRouteOptions } from '../../background/deferred-route.ts';
import type { Deferred } from '../../background/deferred.ts';
import { randomText } from '../../runtime/ids.ts';
import type { Log } from '../../runtime/log.ts';
import { bodyText } from './body-text.ts';
import { DEFERRED, increment, readCounter, TASK_QUEUE } from './counter.ts';

export interface CounterDeps extends DeferredRouteDeps {
  datastore: Datastore;
  clock: Clock;
  log: Log;
  createTask: CreateTask;
  /** Whether everyone may call without signing in, to try it by hand. */
  open: boolean;
}

const CUSTOM_PATH = '/custom/path';
const WORKER_PATH = '/worker';

const Growth = z.object({ amount: z.int() });

/** A key name of Datastore: at most 1500 bytes, and not `__reserved__`. */
const CounterName = z
  .string()
  .refine((name) => name !== '' && Buffer.byteLength(name) <= 1500 && !/^__.*__$/s.test(name), {
    error: 'The name of a counter has 1 to 1500 bytes, and not the form __name__.',
  });
const WHOLE = /^-?\d{1,15}$/;
const WorkerTask = z.strictObject({
  key: CounterName.default(TASK_QUEUE),
  amount: z
    .union([z.int(), z.string().regex(WHOLE).transform(Number)], { error: 'The amount must be a whole number.' })
    .default(1),
  /** Identifies a call, so that repeated deliveries count once. The name of the task unless given. */
  call: z.string().optional(),
});

/**
 * Routes of the counters: incremented now, after a minute, by a custom path and by a plain task. Each task counts once.
 */
export function counterRoutes(deps: CounterDeps, platform: TokenlessAccess): Route[] {
  const grow = deps.deferred.define('counter.grow', Growth, async ({ amount }, { id }) => {
    await increment(deps, DEFERRED, id, amount);
  });
  return [
    incrementRoute(deps, 'get', grow),
    incrementRoute(deps, 'post', grow),
    defineRoute({
      method: 'get',
      path: '/counter/get',
      summary: 'A counter as a number: the deferred one, or the one that `key` names. As JSON, both counters.',
      access: signedInUnless(deps.open),
      scope: 'read',
      documented: false,
      query: z.object({ key: CounterName.optional() }),
      replies: { 200: 'text/plain' },
      handle: ({ request, query: { key } }) => showCounters(deps.datastore, request, key),
    }),
    ...taskRoutes(deps, platform).map((route) => refusedToForeignPages(route, !deps.open)),
  ];
}

/** Access of routes that are neither for the platform only nor about one timeline. */
export const signedInUnless = (open: boolean): 'public' | 'user' => (open ? 'public' : 'user');

const incrementRoute = (deps: CounterDeps, method: 'get' | 'post', grow: Deferred<z.infer<typeof Growth>>) =>
  defineRoute({
    method,
    path: '/counter/increment',
    summary: 'Enqueues four increments: now, in a minute, by a custom path, by a plain task.',
    scope: 'edit',
    access: signedInUnless(deps.open),
    documented: false,
    replies: { 200: 'text/plain' },
    async handle({ request }) {
      if (deps.open) refuseForeignPage(request, false);
      else requireOwnPageOrToken(request, true);
      // RFC 9110, 9.2.1: a HEAD is safe, although this GET is not.
      if (request.method !== 'HEAD') await enqueueFour(deps, grow);
      return { status: 200, text: 'Four increments are enqueued: three now, one in a minute.\n' };
    },
  });

const taskRoutes = (deps: CounterDeps, platform: TokenlessAccess): Route[] => [
  deferredRoute(deps, { path: CUSTOM_PATH, access: platform, around: logged(deps.log) }),
  defineRoute({
    method: 'post',
    path: WORKER_PATH,
    summary: 'Increments the counter `key`, or the counter of the plain task queue.',
    access: platform,
    documented: false,
    replies: { 200: 'text/plain' },
    handle: async ({ request }) => {
      const { key, amount, call = callOf(request) } = readFields(WorkerTask, await readTask(request));
      return { status: 200, text: await increment(deps, key, call, amount) };
    },
  }),
];

async function showCounters(datastore: Datastore, request: Request, key: string | undefined): Promise<Reply> {
  if (key === undefined && request.accepts(['text', 'json']) === 'json') {
    const [deferred, taskQueue] = [await readCounter(datastore, DEFERRED), await readCounter(datastore, TASK_QUEUE)];
    return { status: 200, headers: VARY, body: { deferred, taskQueue } };
  }
  return { status: 200, headers: VARY, text: `${await readCounter(datastore, key ?? DEFERRED)}` };
}

const VARY = { Vary: 'Accept' };

/** Reads the fields of a task: a form, as in the teaching sample, or JSON. */
async function readTask(request: Request): Promise<Record<string, unknown>> {
  if (!announcesBody(request)) return {};
  const type = request.is(['application/x-www-form-urlencoded', 'application/json']);
  if (!type) throw new AppError('unsupported-media-type', 'Send a form (application/x-www-form-urlencoded) or JSON.');
  const text = await bodyText(request);
  return type === 'application/json' ? parseObject(text) : Object.fromEntries(new URLSearchParams(text));
}

function parseObject(text: string): Record<string, unknown> {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  } catch (cause) {
    throw new AppError('invalid-request', 'The body is not a JSON object.', { cause });
  }
}

/** A repeated delivery has the same task name, which is unique in its queue. A call by hand counts each time. */
function callOf(request: Request): string {
  const task = request.get('X-AppEngine-TaskName');
  return task === undefined ? randomText(16) : `${request.get('X-AppEngine-QueueName')}/${task}`;
}

/** The teaching sample handles this path itself: it logs the request before the call runs. */
const logged =
  (log: Log): NonNullable<DeferredRouteOptions['around']> =>
  (request, run) => {
    log.info({ task: request.get('X-AppEngine-TaskName') }, `A deferred call arrived at ${request.path}.`);
    return run();
  };

async function enqueueFour({ createTask }: CounterDeps, grow: Deferred<z.infer<typeof Growth>>): Promise<void> {
  await grow.defer({ amount: 1 });
  await grow.defer({ amount: 1 }, { countdown: 60 });
  await grow.defer({ amount: 1 }, { url: CUSTOM_PATH });
  await createTask({ queue: 'default', path: WORKER_PATH, payload: { call: randomText(16), amount: 1 } });
}
