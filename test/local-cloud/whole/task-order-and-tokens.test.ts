import { CloudTasksClient, type protos } from '@google-cloud/tasks';
import { credentials, status } from '@grpc/grpc-js';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import type { LocalCloud } from '../../../src/local-cloud/index.ts';
import { startTargetApp, type TargetApp } from '../tasks/target-app.ts';
import { temporaryFolder } from './cloud-process.ts';
import { startInFolder } from './in-thread.ts';

let app: TargetApp;
let cloud: LocalCloud;
let tasks: CloudTasksClient;

beforeEach(async () => {
  app = await startTargetApp();
  cloud = await startInFolder(await temporaryFolder(), { standingClock: Date.parse('2026-11-20T18:00:00Z') });
  await cloud.appIsAt(app.url);
  const [host = '', port] = cloud.endpoints.tasks.split(':');
  tasks = new CloudTasksClient({ apiEndpoint: host, port: Number(port), sslCreds: credentials.createInsecure() });
  onTestFinished(async () => {
    await tasks.close();
    await app.stop();
  });
});

const create = (task: protos.google.cloud.tasks.v2.ITask) =>
  tasks.createTask({ parent: 'projects/p/locations/l/queues/default', task });

test('in reverse order the task that is due last goes first', async () => {
  await cloud.reverseOrder(true);
  const seconds = Date.parse('2026-11-20T18:00:00Z') / 1000;
  for (const offset of [0, 1, 2]) {
    const scheduleTime = { seconds: seconds + offset };
    await create({ scheduleTime, appEngineHttpRequest: { relativeUri: `/${offset}` } });
  }
  app.answer = async () => 200;
  await cloud.advance(2_000);
  await cloud.drain();
  expect(app.calls.map(({ path }) => path)).toEqual(['/2', '/1', '/0']);
});

test('while the clock stands a task waits for the drain, but one that is told to run is sent at once', async () => {
  const [waiting] = await create({ appEngineHttpRequest: { relativeUri: '/waiting' } });
  const [told] = await create({ appEngineHttpRequest: { relativeUri: '/told' } });
  await tasks.runTask({ name: told.name! });
  await app.seen(1);
  await cloud.drain();
  expect(app.calls.map(({ path }) => path)).toEqual(['/told', '/waiting']);
  await expect(tasks.getTask({ name: waiting.name! })).rejects.toMatchObject({ code: status.NOT_FOUND });
});

test('an HTTP target gets a token of the issuer for its account and its audience', async () => {
  const oidcToken = { serviceAccountEmail: 'tasks@p.example', audience: 'me' };
  await create({ httpRequest: { url: `${app.url}/worker`, oidcToken } });
  await app.seen(1);
  const token = app.calls[0]?.headers.authorization?.replace('Bearer ', '') ?? '';
  const { issuer } = cloud.endpoints;
  const currentDate = new Date('2026-11-20T18:30:00Z');
  const keys = createRemoteJWKSet(new URL(`${issuer}/jwks`));
  const { payload } = await jwtVerify(token, keys, { issuer, audience: 'me', currentDate });
  expect(payload).toMatchObject({
    email: 'tasks@p.example',
    email_verified: true,
    sub: expect.stringMatching(/^\d{21}$/),
  });
  // What goes elsewhere carries nothing that proves the platform to the application.
  expect(app.calls[0]?.headers).not.toHaveProperty('x-local-cloud-secret');
});
