import express from 'express';
import type { AddressInfo } from 'node:net';
import request from 'supertest';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { manualClock } from '../../src/runtime/clock.ts';
import { mount } from '../../src/http/mount.ts';
import { taskCreator } from '../../src/background/create-task.ts';
import { deferredRoute } from '../../src/background/deferred-route.ts';
import { createDeferredCalls, PermanentFailure, type DeferOptions } from '../../src/background/deferred.ts';
import { jobRoutes } from '../../src/background/routes.ts';
import { taskRunner } from '../../src/background/run-task.ts';
import { createLog } from '../../src/runtime/log.ts';
import { createBlobs } from '../../src/objects/blobs.ts';
import { createMetrics } from '../../src/runtime/metrics.ts';
import { DELIVERIES } from '../support/chaos.ts';
import { problemOf } from '../support/replies.ts';
import { START, startWorld, type World } from '../support/world.ts';

/** A program of its own beside the app's functions: what a newcomer would write with `deferred`. */
let world: World;
const clock = manualClock(START);
const seen: string[] = [];
const seenBefore = new Set<string>();
const lines: string[] = [];
let note: (text: string, options?: DeferOptions) => Promise<void>;
let grumble: () => Promise<void>;
let refuse: () => Promise<void>;
let countDown: (from: number) => Promise<void>;

beforeAll(async () => {
  world = await startWorld();
  const createTask = taskCreator({ tasks: world.tasks, projectId: 'photo-timeline', location: 'local' });
  const deferred = createDeferredCalls({ createTask, clock, blobs: createBlobs(world.bucket) });
  const Text = z.object({ text: z.string().max(1_000_000) });
  const log = createLog({ level: 'info', destination: { write: (line: string) => void lines.push(line) } });
  const runTask = taskRunner({ log, metrics: createMetrics() });

  const noting = deferred.define('note', Text, async ({ text }, { id }) => see(id, text));
  note = (text, options) => noting.defer({ text }, options);
  const grumbling = deferred.define('grumble', z.null(), async (_nothing, { id, retries }) => {
    see(id, `grumble ${retries}`);
    throw new Error('not today');
  });
  grumble = () => grumbling.defer(null);
  const refusing = deferred.define('refuse', z.null(), async (_nothing, { id }) => {
    see(id, 'refusing');
    throw new PermanentFailure('never');
  });
  refuse = () => refusing.defer(null);
  const counting = deferred.define('count-down', z.int(), async (left, { id }) => {
    see(id, `${left}`);
    if (left > 0) await counting.defer(left - 1, { countdown: 60, name: `after ${id}` });
  });
  countDown = (from) => counting.defer(from);

  const routes = [
    ...jobRoutes({ backgroundHandlers: async () => ({ jobs: [], cronJobs: [] }), deferred, runTask, log }),
    deferredRoute(
      { deferred, runTask },
      {
        path: '/my/own',
        around: async (request, run) => {
          const task = request.get('X-AppEngine-TaskName') ?? '';
          see(task, `at ${request.path} in ${request.get('X-AppEngine-QueueName')}`);
          return run();
        },
      },
    ),
  ];
  const app = express();
  const { secret } = world.cloud.endpoints;
  mount(app, routes, { log, platform: { onAppEngine: false, secret }, callerOf: async () => undefined });
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  await world.cloud.appIsAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return () => server.close().closeAllConnections();
});

/** Where every task comes twice, a function does its work once for each call: that is what its id is for. */
function see(id: string, what: string) {
  const before = seenBefore.has(`${id} ${what}`);
  seenBefore.add(`${id} ${what}`);
  if (!before || DELIVERIES === 1) seen.push(what);
}

async function advance(ms: number) {
  clock.advance(ms);
  await world.advance(ms);
}

/** What the functions saw while every task that is due ran. */
async function drained(): Promise<string[]> {
  await world.drain();
  return seen.splice(0);
}

async function deliver(payload: object) {
  const client = await world.tasks();
  const body = Buffer.from(JSON.stringify(payload));
  const headers = { 'Content-Type': 'application/json' };
  await client.createTask({
    parent: client.queuePath('photo-timeline', 'local', 'default'),
    task: { appEngineHttpRequest: { httpMethod: 'POST', relativeUri: '/_ah/queue/deferred', headers, body } },
  });
  lines.length = 0;
  await world.drain();
  return lines.join('');
}

const pending = async () => {
  const client = await world.tasks();
  return (await client.listTasks({ parent: client.queuePath('photo-timeline', 'local', 'default') }))[0].length;
};
const storedArguments = async () => (await world.objects()).filter((name) => name.startsWith('deferred/'));

describe('a deferred call', () => {
  test('a deferred call runs at once, after a countdown, or at a moment', async () => {
    await note('now');
    await note('in a minute', { countdown: 60 });
    await note('tomorrow', { eta: new Date(START + 24 * 3_600_000) });
    expect(await drained()).toEqual(['now']);
    await advance(59_000);
    expect(await drained()).toEqual([]);
    await advance(1_000);
    expect(await drained()).toEqual(['in a minute']);
    await advance(24 * 3_600_000);
    expect(await drained()).toEqual(['tomorrow']);
  });

  test('a deferred call with a used name is not made again', async () => {
    await note('first', { name: 'the only one' });
    await note('second', { name: 'the only one' });
    expect(await drained()).toEqual(['first']);
    await note('third', { name: 'the only one' });
    expect(await drained()).toEqual([]);
  });

  test('a deferred call may choose its queue and a URL of its own, whose handler sees the request', async () => {
    await note('elsewhere', { url: '/my/own', queue: 'upkeep' });
    expect(await drained()).toEqual(['at /my/own in upkeep', 'elsewhere']);
  });

  test('a deferred call may enqueue itself again', async () => {
    await countDown(2);
    expect(await drained()).toEqual(['2']);
    await advance(60_000);
    await advance(60_000);
    expect(await drained()).toEqual(['1', '0']);
  });

  test('a deferred call with more arguments than a task holds gets them through the bucket, and leaves no object there', async () => {
    const long = 'ä'.repeat(300_000);
    await note(long);
    expect(await storedArguments()).toHaveLength(1);
    await world.cloud.deliverTwice(true);
    const [only, ...others] = await drained();
    await world.cloud.deliverTwice(false);
    expect(others).toEqual([]);
    expect(only === long).toBe(true);
    expect(await storedArguments()).toEqual([]);
  });

  test('a failing deferred call is retried until its last attempt, which says so and ends', async () => {
    await grumble();
    lines.length = 0;
    for (let minute = 0; minute < 20; minute++) await advance(60_000);
    expect(await drained()).toEqual(Array.from({ length: 8 }, (_, retries) => `grumble ${retries}`));
    expect(await pending()).toBe(0);
    const givenUp = lines.filter((line) => line.includes('given up'));
    expect(givenUp).toEqual(Array(DELIVERIES).fill(expect.stringMatching(/"severity":"ERROR".*not today/)));
  });

  test('a deferred call that can never succeed ends at its first attempt, and says so', async () => {
    await refuse();
    lines.length = 0;
    expect(await drained()).toEqual(['refusing']);
    expect(lines.join('')).toContain('failed for good: never');
  });

  test.each([
    ['an unknown function', { function: 'unknown', call: 'c', args: {} }, 'there is no deferred function unknown'],
    ['bad arguments', { function: 'note', call: 'c', args: { text: 7 } }, 'bad arguments for note'],
    ['no call at all', { hello: 'world' }, 'not a deferred call'],
    ['the object of another owner', { function: 'note', call: 'c', stored: 'originals/x' }, 'not a deferred call'],
  ])('a deferred call of %s ends its task, and the log says why', async (_what, payload, reason) => {
    expect(await deliver(payload)).toContain(reason);
    expect(await pending()).toBe(0);
    expect(seen).toEqual([]);
  });

  test('a deferred call from outside the platform gets 404', async () => {
    const problem = problemOf(
      await request(world.url).post('/_ah/queue/deferred').send({ function: 'note' }).expect(404),
    );
    expect(problem.code).toBe('not-found');
  });
});
