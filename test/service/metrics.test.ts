import { status } from '@grpc/grpc-js';
import request from 'supertest';
import { expect, test } from 'vitest';
import { DELIVERIES } from '../support/chaos.ts';
import { tasksProxy } from '../support/grpc-proxy.ts';
import { picture } from '../support/picture.ts';
import { secondInstance } from '../support/second-instance.ts';
import { signUp } from '../support/test-user.ts';
import { startWorld, type World } from '../support/world.ts';

/** The values of `/metrics` by name and labels, without the common prefix. */
async function metricsOf({ url }: World): Promise<Record<string, number>> {
  const { text } = await request(url)
    .get('/metrics')
    .expect(200)
    .expect('content-type', /^text\/plain; version=0.0.4/);
  const lines = text.split('\n').filter((line) => line.startsWith('photo_timeline_'));
  return Object.fromEntries(
    lines.map((line) => [line.slice('photo_timeline_'.length, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]),
  );
}

test('requests, commits and tasks are counted', async () => {
  const world = await startWorld();
  const ana = await world.user();
  await ana.upload(await picture()).expect(201);
  await world.drain();
  expect(await metricsOf(world)).toMatchObject({
    'requests_total{method="POST",status="201"}': 1,
    'outbox_rows_total{outcome="created"}': 1,
    'task_tries_total{task="make-variants",outcome="done"}': DELIVERIES,
    commits_total: 2,
    changes_total: 2,
    decodes_pending: 0,
  });
});

test('the age of the oldest outbox row rises while it waits, and falls when the sweep has handed it over', async () => {
  const world = await startWorld();
  const age = async () => (await metricsOf(world))['outbox_oldest_seconds'];
  expect(await age()).toBe(0);
  // An instance that reaches no Cloud Tasks, and no cron for an hour.
  const tasks = await tasksProxy(world.cloud.endpoints.tasks, async () => {
    throw Object.assign(new Error('The line is cut.'), { code: status.CANCELLED });
  });
  const ana = await signUp(await secondInstance(world, { tasks }), 'ana');
  await ana.upload(await picture()).expect(201);
  await world.cloud.appIsGone();
  await world.advance(3_600_000);
  await world.cloud.appIsAt(world.url);
  expect(await age()).toBe(3600);

  expect(await world.cloud.runCron('/cron/sweep-outbox')).toBe(200);
  await world.advance(10_000);
  expect(await age()).toBe(0);
});

test('rows whose task is created already, and rows of tasks for later, do not count', async () => {
  const world = await startWorld();
  const age = async () => (await metricsOf(world))['outbox_oldest_seconds'];
  const ana = await world.user();
  await ana.patch('/v1/me').send({ mail: { posts: true } });
  await ana.upload(await picture()).expect(201);
  // Both rows are still there: the job has not run, and the mail about the post is for later.
  await world.cloud.appIsGone();
  await world.advance(20_000);
  expect((await world.datastore.createQuery('Outbox').run())[0].length).toBeGreaterThan(0);
  expect(await age()).toBe(0);
});

test('elsewhere only a request with the token may read, and no request where none is set', async () => {
  const issuers = { IDENTITY: 'oidc:https://issuer.example|photos' };
  const open = await startWorld({ env: { ...issuers, METRICS_TOKEN: 'a-token-of-the-monitor' } });
  await request(open.url).get('/metrics').expect(404);
  await request(open.url).get('/metrics').set('Authorization', 'Bearer guess').expect(404);
  await request(open.url).get('/metrics').set('Authorization', 'Bearer a-token-of-the-monitor').expect(200);
  const closed = await startWorld({ env: issuers });
  await request(closed.url).get('/metrics').set('Authorization', 'Bearer undefined').expect(404);
});
