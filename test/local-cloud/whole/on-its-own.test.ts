import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { startTargetApp, type TargetApp } from '../tasks/target-app.ts';
import { startCloudProcess, temporaryFolder } from './cloud-process.ts';
import { clientsIn } from './printed-clients.ts';

let folder: string;
let app: TargetApp;
beforeEach(async () => {
  folder = await temporaryFolder();
  app = await startTargetApp();
  onTestFinished(() => app.stop());
});

describe('by the printed lines alone', () => {
  test('a saved entity is got and found', async () => {
    const { env } = await startCloudProcess(folder);
    const { datastore } = clientsIn(env);
    const key = datastore.key(['Note', 'first']);
    await datastore.save({ key, data: { text: 'hello' } });
    expect((await datastore.get(key))[0]).toMatchObject({ text: 'hello' });
    const [found] = await datastore.runQuery(datastore.createQuery('Note').filter('text', '=', 'hello'));
    expect(found).toHaveLength(1);
  });

  test('an uploaded object is downloaded byte for byte', async () => {
    const { env } = await startCloudProcess(folder, ['--bucket', 'one', '--bucket', 'two']);
    const { bucket } = clientsIn(env);
    expect(bucket.name).toBe('one');
    for (const file of [bucket.file('a/b'), bucket.storage.bucket('two').file('ü')]) {
      await file.save('some bytes');
      expect(String((await file.download())[0])).toBe('some bytes');
    }
  });

  test('a URL signed by the printed account opens an object, and any other does not', async () => {
    const { env } = await startCloudProcess(folder);
    const { bucket } = clientsIn(env);
    await bucket.file('secret').save('for the bearer');
    const [url] = await bucket.file('secret').getSignedUrl({
      version: 'v4',
      action: 'read',
      expires: Date.now() + 60_000,
    });
    expect(await (await fetch(url)).text()).toBe('for the bearer');
    expect((await fetch(url.replace(/X-Goog-Signature=..../, 'X-Goog-Signature=0000'))).status).toBe(403);
    expect((await fetch(url.split('?')[0]!)).status).toBe(403);
  });

  test('a task reaches the application with exactly the headers of the platform', async () => {
    const { env } = await startCloudProcess(folder, ['--app', app.url]);
    const { tasks, queue } = clientsIn(env);
    const appEngineHttpRequest = { relativeUri: '/work', body: Buffer.from('{}') };
    const [{ name }] = await tasks.createTask({ parent: queue, task: { appEngineHttpRequest } });
    await app.seen(1);
    expect(app.calls[0]).toMatchObject({ method: 'POST', path: '/work', body: '{}' });
    const { 'x-appengine-tasketa': eta, ...headers } = app.calls[0]?.headers ?? {};
    expect(Number(eta)).toBeCloseTo(Date.now() / 1000, -2);
    expect(headers).toEqual({
      host: new URL(app.url).host,
      connection: 'keep-alive',
      'content-length': '2',
      'content-type': 'application/octet-stream',
      'user-agent': 'AppEngine-Google; (+http://code.google.com/appengine)',
      'x-appengine-queuename': 'default',
      'x-appengine-taskname': name?.split('/').at(-1),
      'x-appengine-taskretrycount': '0',
      'x-appengine-taskexecutioncount': '0',
      'x-local-cloud-secret': env['LOCAL_CLOUD_SECRET'],
    });
  });

  test('a token of the issuer is to be had', async () => {
    const { env, cloud } = await startCloudProcess(folder);
    const metadata = await fetch(`${env['LOCAL_IDENTITY_ISSUER']}/.well-known/openid-configuration`);
    expect(await metadata.json()).toMatchObject({ issuer: cloud.endpoints.issuer });
  });

  test('odd names come through the shell unharmed', async () => {
    const { env } = await startCloudProcess(folder, ['--project', "it's $HOME"]);
    expect(env).toMatchObject({ GOOGLE_CLOUD_PROJECT: "it's $HOME", DATASTORE_PROJECT_ID: "it's $HOME" });
  });
});

test('the files of the current folder count', async () => {
  await writeFile(join(folder, 'cron.yaml'), 'cron: [{ url: /job, schedule: every 1 hours }]');
  await writeFile(join(folder, 'queue.yaml'), 'queue: [{ name: slow, rate: 1/h }]');
  const { env, cloud } = await startCloudProcess(folder, ['--app', app.url]);
  expect(await cloud.runCron('/job')).toBe(200);
  expect(app.calls[0]).toMatchObject({ method: 'GET', path: '/job', headers: { 'x-appengine-cron': 'true' } });
  const { tasks, queue } = clientsIn(env);
  const [queues] = await tasks.listQueues({ parent: queue.split('/queues/')[0]! });
  expect(queues.map(({ name }) => name?.split('/').at(-1))).toEqual(['default', 'slow']);
});

test('a file that is named counts instead, and must be there', async () => {
  await writeFile(join(folder, 'cron.yaml'), 'cron: [{ url: /job, schedule: every mins }]');
  await writeFile(join(folder, 'other.yaml'), 'cron: [{ url: /other, schedule: every 1 hours }]');
  const { cloud } = await startCloudProcess(folder, ['--app', app.url, '--cron', 'other.yaml']);
  expect(await cloud.runCron('/other')).toBe(200);
  await expect(startCloudProcess(folder, ['--indexes', 'none.yaml'])).rejects.toThrow(/none\.yaml cannot be read/);
});

test.each([
  { consistency: '0', found: 0 },
  { consistency: '1', found: 1 },
])('a global query with --consistency $consistency sees $found of one fresh write', async ({ consistency, found }) => {
  const { env } = await startCloudProcess(folder, ['--consistency', consistency]);
  const { datastore } = clientsIn(env);
  await datastore.save({ key: datastore.key(['Note', 1]), data: {} });
  expect((await datastore.runQuery(datastore.createQuery('Note')))[0]).toHaveLength(found);
});
