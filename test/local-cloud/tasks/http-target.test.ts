import { expect, test } from 'vitest';
import { startTasksWorld, type TasksWorld } from './tasks-world.ts';

async function createHttp(world: TasksWorld, httpRequest: object) {
  const url = `${world.app.url}/worker`;
  const task = { httpRequest: { url, ...httpRequest } };
  return (await world.client.createTask({ parent: world.queue(), task }))[0];
}

test('an HTTP target gets the headers of Cloud Tasks, and neither those of App Engine nor the secret', async () => {
  const world = await startTasksWorld();
  const headers = { 'User-Agent': 'mine/1', 'X-AppEngine-QueueName': 'forged', 'X-Own': 'kept' };
  const task = await createHttp(world, { httpMethod: 'PUT', headers, body: Buffer.from('x').toString('base64') });
  await world.service.drain();
  const [call] = world.app.calls;
  expect(call).toMatchObject({ method: 'PUT', path: '/worker', body: 'x' });
  expect(call?.headers).toMatchObject({
    'user-agent': 'Google-Cloud-Tasks',
    'x-own': 'kept',
    'x-cloudtasks-queuename': 'default',
    'x-cloudtasks-taskname': task.name?.split('/').at(-1),
    'x-cloudtasks-taskretrycount': '0',
    'x-cloudtasks-taskexecutioncount': '0',
    'x-cloudtasks-tasketa': expect.stringMatching(/^\d+\.\d+$/),
  });
  expect(Object.keys(call?.headers ?? {}).filter((name) => /^x-(appengine|local)/.test(name))).toEqual([]);
  expect(call?.headers['content-type']).toBeUndefined();
});

test('an HTTP target is called while the application is down', async () => {
  const world = await startTasksWorld({ app: () => undefined });
  await world.create('/waits');
  await createHttp(world, {});
  await world.service.drain();
  expect(world.app.calls.map(({ path }) => path)).toEqual(['/worker']);
});

test('a redirect is a failed try', async () => {
  const world = await startTasksWorld();
  world.app.answer = () => 302;
  const { name } = await createHttp(world, {});
  await world.service.drain();
  expect((await world.client.getTask({ name: name! }))[0]).toMatchObject({ dispatchCount: 1, responseCount: 1 });
});

test('an OIDC token is made for the account and the audience, the URL unless another is named', async () => {
  const asked: string[][] = [];
  const mintOidcToken = async (email: string, audience: string) => {
    asked.push([email, audience]);
    return 'signed';
  };
  const world = await startTasksWorld({ mintOidcToken });
  const serviceAccountEmail = 'tasks@demo.example';
  const headers = { Authorization: 'Bearer own' };
  await createHttp(world, { headers, oidcToken: { serviceAccountEmail } });
  await createHttp(world, { oidcToken: { serviceAccountEmail, audience: 'me' } });
  await world.service.drain();
  expect(world.app.calls.map((call) => call.headers.authorization)).toEqual(['Bearer signed', 'Bearer signed']);
  expect(asked).toEqual([
    [serviceAccountEmail, `${world.app.url}/worker`],
    [serviceAccountEmail, 'me'],
  ]);
});

test('a token that the local cloud cannot make is UNIMPLEMENTED, not left out', async () => {
  const world = await startTasksWorld();
  const serviceAccountEmail = 'tasks@demo.example';
  await expect(createHttp(world, { oidcToken: { serviceAccountEmail } })).rejects.toMatchObject({ code: 12 });
  await expect(createHttp(world, { oauthToken: { serviceAccountEmail } })).rejects.toMatchObject({ code: 12 });
});
