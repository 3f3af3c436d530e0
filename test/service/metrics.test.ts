import request from 'supertest';
import { expect, test } from 'vitest';
import { DELIVERIES } from '../support/chaos.ts';
import { picture } from '../support/picture.ts';
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
  await (await world.user()).upload(await picture()).expect(201);
  // As if the program had been killed before it created the task, and nobody came to look for an hour.
  const client = await world.tasks();
  await client.purgeQueue({ name: client.queuePath('photo-timeline', 'local', 'variants') });
  await world.cloud.appIsGone();
  await world.advance(3_600_000);
  await world.cloud.appIsAt(world.url);
  expect(await age()).toBe(3600);

  expect(await world.cloud.runCron('/cron/sweep-outbox')).toBe(200);
  await world.advance(10_000);
  expect(await age()).toBe(0);
});

test('elsewhere only the bearer of the token may read, and nobody where there is none', async () => {
  const issuers = { IDENTITY: 'oidc:https://issuer.example|photos' };
  const open = await startWorld({ env: { ...issuers, METRICS_TOKEN: 'a-token-of-the-monitor' } });
  await request(open.url).get('/metrics').expect(404);
  await request(open.url).get('/metrics').set('Authorization', 'Bearer guess').expect(404);
  await request(open.url).get('/metrics').set('Authorization', 'Bearer a-token-of-the-monitor').expect(200);
  const closed = await startWorld({ env: issuers });
  await request(closed.url).get('/metrics').set('Authorization', 'Bearer undefined').expect(404);
});
