import request, { type Test } from 'supertest';
import { beforeAll, describe, expect, test } from 'vitest';
import { googleInstance } from '../support/google-instance.ts';
import { problemOf } from '../support/replies.ts';
import { startWorld } from '../support/world.ts';

const world = await startWorld();
const google = await googleInstance(world);
const { datastore } = world;

let bearer: string;
let cookie: string;

beforeAll(async () => {
  const { token } = await world.cloud.mintToken('ana');
  bearer = `Bearer ${token}`;
  const { headers } = await request(google).post('/v1/session').send({ token }).expect(201);
  cookie = String(headers['set-cookie']).split(';', 1)[0] ?? '';
});

const call = (method: string, path: string): Test => {
  const http = request(google);
  return method === 'POST' ? http.post(path) : method === 'HEAD' ? http.head(path) : http.get(path);
};

const OURS = { 'Sec-Fetch-Site': 'same-origin' };
const FOREIGN = { 'Sec-Fetch-Site': 'cross-site' };

/** By how much the counters grow through what these requests leave behind. */
async function grownBy(requests: () => Promise<unknown>): Promise<number> {
  const total = async () => {
    const { body } = await request(world.url).get('/counter/get').accept('json').expect(200);
    return body.deferred + body.taskQueue;
  };
  // What other tests have left behind comes first.
  await world.advance(60_000);
  const before = await total();
  await requests();
  await world.advance(60_000);
  return (await total()) - before;
}

describe('in profile google', () => {
  const routes = [
    ['GET', '/counter/increment'],
    ['HEAD', '/counter/increment'],
    ['POST', '/counter/increment'],
    ['GET', '/counter/get'],
    ['GET', '/data'],
  ] as const;

  test.each(routes)('%s %s is for signed-in users', async (method, path) => {
    const refused = await call(method, path).expect(401);
    expect(refused.headers['www-authenticate']).toContain('Bearer');
    await call(method, path).set('Authorization', bearer).expect(200);
    await call(method, path)
      .set({ Cookie: cookie, ...OURS })
      .expect(200);
  });

  test('strangers make no counter grow', async () => {
    const grown = await grownBy(async () => {
      for (const method of ['GET', 'HEAD', 'POST']) await call(method, '/counter/increment').expect(401);
    });
    expect(grown).toBe(0);
  });

  test.each([
    ['GET', 'another site', FOREIGN],
    ['HEAD', 'another site', FOREIGN],
    ['POST', 'another site', FOREIGN],
    ['GET', 'a sister site', { 'Sec-Fetch-Site': 'same-site' }],
    ['GET', 'another origin', { Origin: 'https://evil.example' }],
    ['GET', 'an address that was typed, which may redirect here', { 'Sec-Fetch-Site': 'none' }],
    ['GET', 'a place that the request does not name', {}],
  ])('a session changes nothing by %s from %s', async (method, _where, headers) => {
    const grown = await grownBy(async () => {
      const path = '/counter/increment';
      await call(method, path)
        .set({ Cookie: cookie, ...headers })
        .expect(403);
    });
    expect(grown).toBe(0);
  });

  test('a bearer token is refused from a page of another site', async () => {
    await call('GET', '/counter/increment')
      .set({ Authorization: bearer, ...FOREIGN })
      .expect(403);
  });

  test.each([
    ['GET', 4],
    ['POST', 4],
    ['HEAD', 0],
  ])('a program with a token makes the counters grow by %s: %i times', async (method, times) => {
    expect(await grownBy(() => call(method, '/counter/increment').set('Authorization', bearer).expect(200))).toBe(
      times,
    );
  });
});

const PLATFORM = [
  ['POST', '/example_task_handler'],
  ['GET', '/cron_task_handler'],
  ['POST', '/custom/path'],
  ['POST', '/worker'],
  ['GET', '/mail/weekly'],
  ['GET', '/tasks/summary'],
  ['GET', '/tasks/summary_email/'],
  ['POST', '/email_task/'],
] as const;

test.each(PLATFORM)('%s %s does not exist for users of profile google', async (method, path) => {
  await call(method, path).set('Authorization', bearer).expect(404);
});

const ALSO_OPEN = [
  ['GET', '/counter/increment'],
  ['POST', '/counter/increment'],
  ['GET', '/logging/'],
] as const;

test.each([...PLATFORM, ...ALSO_OPEN])(
  '%s %s is refused to pages of other sites in the local profile, too',
  async (method, path) => {
    const http = request(world.url);
    const problem = problemOf(await (method === 'POST' ? http.post(path) : http.get(path)).set(FOREIGN).expect(403));
    expect(problem.code).toBe('cross-site-request');
  },
);

describe('what the course routes have written', () => {
  const DAY = 24 * 3_600_000;

  /** A global query may be late by ten seconds. */
  async function entities(kind: string): Promise<Record<string, unknown>[]> {
    await world.advance(10_000);
    return (await datastore.runQuery(datastore.createQuery(kind)))[0] as Record<string, unknown>[];
  }
  const counters = async () => [(await entities('Counter')).length, (await entities('CounterCall')).length];
  const tasksAt = async (time: number) =>
    (await entities('Task')).filter(({ timestamp }) => Number(timestamp) === time).length;

  /** Moves the time on without an app that listens: the runs of cron on the way are another matter. */
  async function wait(ms: number): Promise<void> {
    await world.cloud.appIsGone();
    await world.advance(ms);
    await world.cloud.appIsAt(world.appUrl);
  }

  const sweep = async () => {
    // The query that looks for it may be late, too.
    await world.advance(10_000);
    expect(await world.cloud.runCron('/cron/sweep-course')).toBe(200);
  };

  test('data of the course routes is deleted after 32 days, and a counter that has grown since stays with its count', async () => {
    const work = (form: object) => request(world.url).post('/worker').type('form').send(form).expect(200);
    await work({ key: 'apples', amount: '5' });
    await work({ key: 'pears' });
    const start = world.clock.now();
    await request(world.url).get('/cron_task_handler').expect(200);
    const written = await counters();
    await wait(31 * DAY);
    await sweep();
    expect(await counters()).toEqual(written);
    expect(await tasksAt(start)).toBe(1);
    await work({ key: 'apples' });

    await wait(DAY);
    await sweep();
    expect(await counters()).toEqual([1, 1]);
    expect(await tasksAt(start)).toBe(0);
    const countOf = async (key: string) => (await request(world.url).get(`/counter/get?key=${key}`).expect(200)).text;
    expect([await countOf('apples'), await countOf('pears')]).toEqual(['6', '0']);
  });
});
