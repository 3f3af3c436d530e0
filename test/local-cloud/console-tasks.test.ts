import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, expect, test } from 'vitest';
import { createClients } from '../../src/app/clients.ts';
import { startLocalCloud } from '../../src/local-cloud/index.ts';
import { noteCloudCalls } from '../../src/runtime/cloud-calls.ts';
import { configOf } from '../support/instance.ts';
import { startSingleService } from '../support/single-service.ts';
import { START } from '../support/world.ts';
import { consolePages } from './console-pages.ts';

/** What the tasks and cron runs asked of the app, which answers 200 but to `/broken`, and to `/held` once it is released. */
const asked: string[] = [];
const { promise: released, resolve: release } = Promise.withResolvers<void>();
const app = createServer((request, response) => {
  asked.push(`${request.method} ${request.url}`);
  const answer = () => response.writeHead(request.url === '/broken' ? 500 : 200).end();
  if (request.url === '/held') void released.then(answer);
  else answer();
}).listen(0, '127.0.0.1');
await once(app, 'listening');
afterAll(() => void app.close());

const { cloud: configured } = configOf();
const { projectId, tasksLocation: location } = configured;
const ground = await startSingleService(
  ({ dataDir }) =>
    startLocalCloud({
      dataDir,
      projectId,
      location,
      bucket: 'photos',
      files: {
        indexes: '',
        queues: 'queue:\n- name: mail\n  rate: 5/s\n- name: full\n  rate: 5/s\n',
        cron: 'cron:\n- description: Sweep what is old\n  url: /sweep\n  schedule: every day 03:00\n',
      },
      standingClock: START,
      app: `http://127.0.0.1:${(app.address() as AddressInfo).port}`,
      console: { port: 0 },
    }),
  { startMs: START },
);
afterAll(() => ground.stop());
const cloud = ground.service;
const page = await consolePages(cloud);
const queueOf = (name: string) => `projects/${projectId}/locations/${location}/queues/${name}`;
const mail = queueOf('mail');

test('a task is created, shown with its payload and next attempt, and run at once', async () => {
  const form = { queue: mail, method: 'POST', to: '/send', wait: '3600', name: 'one', payload: '{"to":["ana"]}' };
  const made = await page.post('/tasks/create', form);
  expect(made.text).toContain('Sends POST /send Next attempt 2026-11-20 19:00:00, in 1 h');
  expect(made.text).toContain('Payload { "to": [ "ana" ] }');
  expect(made.text).toContain('Content-Type: application/json');
  expect((await page.get('/tasks')).rows.find((row) => row[0] === 'mail')?.slice(1, 6)).toEqual([
    'running',
    '1',
    '0',
    'in 1 h',
    '5/s, 1000 at once',
  ]);
  await page.post('/tasks/change-task', { name: `${mail}/tasks/one`, action: 'run' });
  await expect.poll(async () => (await page.get(`/tasks/task?name=${mail}/tasks/one`)).text).toContain('it has run');
  expect(asked).toContain('POST /send');
  expect((await page.post('/tasks/create', form)).status).toBe(409);
});

test('a task that failed shows its attempts and the reason, and can be deleted', async () => {
  const name = `${mail}/tasks/two`;
  await page.post('/tasks/create', { queue: mail, method: 'GET', to: '/broken', wait: '0', name: 'two', payload: '' });
  await cloud.drain();
  const failed = await page.get(`/tasks/queue?name=${mail}`);
  expect(failed.rows.map((row) => row.slice(0, 2))).toEqual([['two', 'GET /broken']]);
  expect(failed.rows[0]?.slice(3)).toEqual(['1', 'INTERNAL(13): HTTP status code 500']);
  expect((await page.get(failed.link('two'))).text).toContain('Attempts 1, 1 of them answered');
  const left = await page.post('/tasks/change-task', { name, action: 'delete' });
  expect(left.text).toContain('No task waits here.');
});

test('a task in flight stands apart from those that wait', async () => {
  const name = `${mail}/tasks/held`;
  await page.post('/tasks/create', { queue: mail, method: 'POST', to: '/held', wait: '0', name: 'held', payload: '' });
  const sent = await page.post('/tasks/change-task', { name, action: 'run' });
  expect(sent.text).toContain('Next attempt is in flight');
  const shown = await page.get(`/tasks/queue?name=${mail}`);
  expect(shown.text).toMatch(/In flight 1 of 1000 at once .*In flight Task .*held .*Waiting No task waits here/);
  release();
  await expect.poll(async () => (await page.get(`/tasks/queue?name=${mail}`)).text).toContain('In flight 0 of');
  expect(await page.get('/tasks/queue?name=mail')).toMatchObject({ status: 400 });
});

test('a queue is paused, resumed and purged', async () => {
  const change = (action: string) => page.post('/tasks/change-queue', { queue: mail, back: 'queue', action });
  await page.post('/tasks/create', { queue: mail, method: 'POST', to: '/late', wait: '0', name: '', payload: '' });
  expect((await change('pause')).text).toContain('mail paused');
  await cloud.drain();
  expect(asked).not.toContain('POST /late');
  expect((await change('resume')).text).toContain('mail running');
  const purged = await change('purge');
  expect(purged.text).toMatch(/Tasks 0 .*Last purge \d+ ms ago/);
  await cloud.drain();
  expect(asked).not.toContain('POST /late');
  expect(await change('burn')).toMatchObject({ status: 400 });
});

test('a change from another origin is refused and changes nothing', async () => {
  const foreign = { Origin: 'http://127.0.0.1:1' };
  const refused = await page.post('/tasks/change-queue', { queue: mail, action: 'pause' }, foreign);
  expect(refused).toMatchObject({ status: 403 });
  expect((await page.get(`/tasks/queue?name=${mail}`)).text).toContain('mail running');
});

test('a queue of 100,000 tasks is shown by pages, in the order in which they are due', async () => {
  const full = queueOf('full');
  fill(join(ground.dataDir, 'tasks.sqlite'), full);
  const [list, first] = [await page.get('/tasks'), await page.get(`/tasks/queue?name=${full}`)];
  const second = await page.get(first.link('Next tasks'));
  expect(list.rows.find((row) => row[0] === 'full')?.[2]).toBe('100,000');
  expect(first.rows).toHaveLength(100);
  expect([first.rows[0]?.[0], second.rows[0]?.[0], second.rows[99]?.[0]]).toEqual(['t1', 't101', 't200']);
  expect((await page.get(second.link('First tasks'))).rows[0]?.[0]).toBe('t1');
  expect(first.text).toContain('This deletes the 100,000 tasks of the queue.');
  expect((await page.post('/tasks/change-queue', { queue: full, action: 'purge' })).text).toContain('Tasks 0');
});

/** Writes the tasks as the service does, but in one transaction: by calls it would take half a minute. */
function fill(file: string, queue: string): void {
  const db = new DatabaseSync(file);
  const due = (START + 3_600_000) * 1_000;
  const target = JSON.stringify({ kind: 'app-engine', method: 'POST', relativeUri: '/send', headers: {}, routing: {} });
  db.prepare(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
     INSERT INTO tasks (queue, id, due, created, via_app, target, deadline)
     SELECT ?, 't' || i, ? + i, ?, 1, ?, 600000 FROM n`,
  ).run(queue, due, START * 1_000, target);
  db.close();
}

test('a cron job is shown with its runs and run now', async () => {
  const before = await page.get('/tasks/cron');
  expect(before.rows[0]?.slice(0, 4)).toEqual([
    'Sweep what is old /sweep',
    'every day 03:00 (UTC)',
    'not yet',
    '2026-11-21 03:00:00 in 9 h 2026-11-22 03:00:00 2026-11-23 03:00:00',
  ]);
  const after = await page.post('/tasks/cron', { url: '/sweep' });
  expect(after.rows[0]?.[2]).toBe('succeeded now, took 0 ms');
  expect(asked).toContain('GET /sweep');
  expect(await page.post('/tasks/cron', { url: '/other' })).toMatchObject({ status: 404 });
});

test('without reports of the app, calls are grouped by the ids that came with them', async () => {
  const { datastore, bucket } = createClients(configured, cloud.endpoints);
  await noteCloudCalls({ ids: 'r-1', calls: new Map() }, async () => {
    await datastore.get(datastore.key(['Note', 'a']));
    await bucket.file('none').exists();
  });
  const list = await page.get('/requests');
  expect(list.text).toContain('This local cloud runs apart from the app');
  expect(list.rows.map((row) => row.slice(1, 3))).toContainEqual(['r-1', 'not reported']);
  const { rows } = await page.get(list.link('r-1'));
  expect(rows.map((row) => row[1])).toEqual(['datastore Lookup', 'storage objects.get 404']);
});

test('each switch shows its state and goes back', async () => {
  const turn = (name: string, level: string) => page.post('/switches', { switch: name, level });
  expect((await page.get('/switches')).text).toContain('All is as at the start.');
  for (const name of ['abort-each', 'abort', 'cut-each', 'cut', 'twice', 'reverse']) await turn(name, '1');
  const on = await turn('consistency', '0');
  expect(on.text).toContain('7 switches are not as at the start');
  expect(on.text).toContain('Queries without an ancestor see 0 % of fresh writes at once');
  expect(on.rows.map((row) => row[1])).toEqual(['on', '1 left', 'on', '1 left', 'on', 'on']);
  const { datastore } = createClients(configured, cloud.endpoints);
  const note = { key: datastore.key(['Note', 'fresh']), data: { text: 'x' } };
  await datastore.save(note);
  const found = async () => (await datastore.runQuery(datastore.createQuery('Note')))[0];
  expect(await found()).toEqual([]);
  const off = await page.post('/switches/end', {});
  expect(off.text).toContain('All is as at the start.');
  expect(off.rows.map((row) => row[1])).toEqual(['off', 'off', 'off', 'off', 'off', 'off']);
  await datastore.save(note);
  expect(await found()).toHaveLength(1);
  expect(await turn('gravity', '0')).toMatchObject({ status: 400 });
});

test('the standing clock is moved on, and what falls due happens', async () => {
  const runs = asked.filter((call) => call === 'GET /sweep').length;
  const moved = await page.post('/switches/clock', { ms: String(24 * 3_600_000) });
  expect(moved.text).toContain('It is 2026-11-21 18:00:00 UTC');
  expect(asked.filter((call) => call === 'GET /sweep')).toHaveLength(runs + 1);
  expect(await page.post('/switches/clock', { ms: '-1' })).toMatchObject({ status: 400 });
});
