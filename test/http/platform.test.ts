import request from 'supertest';
import { expect, test } from 'vitest';
import type { PlatformProof } from '../../src/http/platform.ts';
import { defineRoute } from '../../src/http/route.ts';
import { problemOf } from '../support/replies.ts';
import { smallApp } from './small-app.ts';

const SECRET = 'a-secret-of-this-process';

function platformApp(platform: PlatformProof) {
  const task = { path: '/tasks/:job', summary: 'x', access: 'platform', replies: {} } as const;
  const { app } = smallApp(
    [
      defineRoute({ ...task, method: 'post', handle: () => ({ status: 204 }) }),
      defineRoute({
        ...task,
        method: 'get',
        path: '/echo',
        access: 'public',
        handle: ({ request: { headers } }) => ({
          status: 200,
          body: Object.keys(headers).filter((name) => name.startsWith('x-')),
        }),
      }),
    ],
    { platform },
  );
  return request(app);
}

const local = () => platformApp({ onAppEngine: false, secret: SECRET });
const appEngine = () => platformApp({ onAppEngine: true, secret: SECRET });

test('elsewhere only the secret proves the platform', async () => {
  await local().post('/tasks/x').set('X-Local-Cloud-Secret', SECRET).expect(204);
  await local().post('/tasks/x').set('X-Local-Cloud-Secret', 'guess').expect(404);
  await local().post('/tasks/x').set('X-AppEngine-QueueName', 'default').expect(404);
  await local().post('/tasks/x').set('X-Appengine-Cron', 'true').expect(404);
  await local().post('/tasks/x').expect(404);
});

test.each([undefined, '', 'undefined'])('no caller is the platform without a secret (%j)', async (secret) => {
  const app = platformApp({ onAppEngine: false, ...(secret !== 'undefined' && { secret }) });
  await app.post('/tasks/x').set('X-Local-Cloud-Secret', String(secret)).expect(404);
});

test("on App Engine only the front end's headers do", async () => {
  await appEngine().post('/tasks/x').set('X-AppEngine-QueueName', 'default').expect(204);
  await appEngine().post('/tasks/x').set('X-Appengine-Cron', 'true').expect(204);
  await appEngine().post('/tasks/x').set('X-Appengine-Cron', 'false').expect(404);
  await appEngine().post('/tasks/x').set('X-CloudTasks-QueueName', 'default').expect(404);
  await appEngine().post('/tasks/x').set('X-Local-Cloud-Secret', SECRET).expect(404);
});

test('a stranger does not even learn the methods of a platform route', async () => {
  const refused = await local().get('/tasks/x').expect(404);
  expect(problemOf(refused).code).toBe('not-found');
  expect(refused.headers).not.toHaveProperty('allow');
  await local().get('/tasks/x').set('X-Local-Cloud-Secret', SECRET).expect(405).expect('allow', 'OPTIONS, POST');
});

test('headers of the platform are stripped from everybody else, however they are written', async () => {
  const forged = { 'X-APPENGINE-TaskName': 't', 'x-cloudtasks-QueueName': 'q', 'X-Other': 'o' };
  await local().get('/echo').set(forged).expect(200, ['x-other']);
  const proved = await local().get('/echo').set(forged).set('X-Local-Cloud-Secret', SECRET).expect(200);
  expect(proved.body).toEqual(['x-appengine-taskname', 'x-cloudtasks-queuename', 'x-other']);
  await appEngine().get('/echo').set(forged).expect(200, ['x-appengine-taskname', 'x-other']);
});
