import { expect, test } from 'vitest';
import { SECRET, START, startTasksWorld, timestamp } from './tasks-world.ts';

/** The names as they are on the wire, without those of the HTTP connection. */
const names = (rawHeaders: string[]) =>
  rawHeaders.filter(
    (_, index) => index % 2 === 0 && !/^(host|connection|content-length)$/i.test(rawHeaders[index] ?? ''),
  );

test('the application gets exactly the headers of App Engine, and the secret of the stand-in', async () => {
  const world = await startTasksWorld();
  await world.create('/', { scheduleTime: timestamp(START + 1_500) });
  world.clock.advance(1_500);
  await world.service.drain();
  const [call] = world.app.calls;
  expect(names(call?.rawHeaders ?? [])).toEqual([
    'User-Agent',
    'X-AppEngine-QueueName',
    'X-AppEngine-TaskName',
    'X-AppEngine-TaskRetryCount',
    'X-AppEngine-TaskExecutionCount',
    'X-AppEngine-TaskETA',
    'X-Local-Cloud-Secret',
  ]);
  expect(call?.headers).toMatchObject({
    'user-agent': 'AppEngine-Google; (+http://code.google.com/appengine)',
    'x-appengine-tasketa': `${START / 1_000 + 1}.500000`,
    'x-local-cloud-secret': SECRET,
  });
});

test('headers of the platform cannot be set by the creator of the task', async () => {
  const world = await startTasksWorld();
  const headers = {
    'x-appengine-queuename': 'forged',
    'X-AppEngine-User-Email': 'forged',
    'X-Google-Anything': 'forged',
    'X-CloudTasks-TaskName': 'forged',
    'X-Appengine-Cron': 'true',
    'X-Local-Cloud-Secret': 'forged',
    Host: 'forged',
    'Content-Length': '99',
    'X-Own': 'kept',
  };
  await world.create('/', { appEngineHttpRequest: { relativeUri: '/', headers } });
  await world.service.drain();
  const [call] = world.app.calls;
  expect(call?.headers).toMatchObject({ 'x-own': 'kept', 'x-appengine-queuename': 'default' });
  expect(JSON.stringify(call?.rawHeaders)).not.toContain('forged');
  expect(call?.headers['x-appengine-cron']).toBeUndefined();
});

test("the platform's agent is appended to one's own, and a body without a type is an octet stream", async () => {
  const world = await startTasksWorld();
  const body = Buffer.from('x').toString('base64');
  await world.create('/', { appEngineHttpRequest: { relativeUri: '/', body, headers: { 'user-agent': 'mine/1' } } });
  await world.service.drain();
  expect(world.app.calls[0]?.headers).toMatchObject({
    'user-agent': 'mine/1 AppEngine-Google; (+http://code.google.com/appengine)',
    'content-type': 'application/octet-stream',
    'content-length': '1',
  });
});

/** The headers of a task's three tries, of which the first two end with 503 and 404, without what differs in each run. */
async function threeTries(target: (url: string) => object) {
  const world = await startTasksWorld();
  world.app.answer = (_call, index) => [503, 404, 200][index] ?? 200;
  await world.client.createTask({ parent: world.queue(), task: target(world.app.url) });
  for (let second = 0; second < 4; second++) {
    await world.service.drain();
    world.clock.advance(1_000);
  }
  const facts = /-task(executioncount|retrycount|previousresponse|retryreason)$/;
  return world.app.calls.map(({ headers }) =>
    Object.fromEntries(Object.entries(headers).filter(([name]) => facts.test(name))),
  );
}

// As captured from production: aertje/cloud-tasks-emulator, conformance/golden/dispatch.json.
test('a retry of an application’s task counts every answer and gives App Error as its reason', async () => {
  expect(await threeTries(() => ({ appEngineHttpRequest: { relativeUri: '/' } }))).toEqual([
    { 'x-appengine-taskretrycount': '0', 'x-appengine-taskexecutioncount': '0' },
    {
      'x-appengine-taskretrycount': '1',
      'x-appengine-taskexecutioncount': '1',
      'x-appengine-taskpreviousresponse': '503',
      'x-appengine-taskretryreason': 'App Error',
    },
    {
      'x-appengine-taskretrycount': '2',
      'x-appengine-taskexecutioncount': '2',
      'x-appengine-taskpreviousresponse': '404',
      'x-appengine-taskretryreason': 'App Error',
    },
  ]);
});

test('a retry of an HTTP task does not count answers of 5xx and gives an empty reason', async () => {
  expect(await threeTries((url) => ({ httpRequest: { url } }))).toEqual([
    { 'x-cloudtasks-taskretrycount': '0', 'x-cloudtasks-taskexecutioncount': '0' },
    {
      'x-cloudtasks-taskretrycount': '1',
      'x-cloudtasks-taskexecutioncount': '0',
      'x-cloudtasks-taskpreviousresponse': '503',
      'x-cloudtasks-taskretryreason': '',
    },
    {
      'x-cloudtasks-taskretrycount': '2',
      'x-cloudtasks-taskexecutioncount': '1',
      'x-cloudtasks-taskpreviousresponse': '404',
      'x-cloudtasks-taskretryreason': '',
    },
  ]);
});

// conformance/golden/headers.json of the same capture.
test('a task shows its headers as they were given, and an application’s task the length of its body', async () => {
  const world = await startTasksWorld();
  const body = Buffer.from('{"message":"hey"}').toString('base64');
  const agent = 'AppEngine-Google; (+http://code.google.com/appengine)';
  const given = { 'X-Mixed-Case': 'kept', 'content-type': 'application/json' };
  const headersOf = async (task: object) => {
    const [created] = await world.client.createTask({ parent: world.queue(), task });
    return (created.appEngineHttpRequest ?? created.httpRequest)?.headers;
  };
  const forApp = (headers: object) => headersOf({ appEngineHttpRequest: { relativeUri: '/', body, headers } });
  expect(await forApp(given)).toEqual({ ...given, 'Content-Length': '17', 'User-Agent': agent });
  expect(await forApp({ 'content-length': '99' })).toEqual({
    'Content-Length': '17',
    'Content-Type': 'application/octet-stream',
    'User-Agent': agent,
  });
  expect(await forApp({ 'user-agent': 'mine/1' })).toMatchObject({ 'User-Agent': `mine/1 ${agent}` });
  const http = await headersOf({ httpRequest: { url: world.app.url, body, headers: given } });
  expect(http).toEqual({ ...given, 'User-Agent': 'Google-Cloud-Tasks' });
  await world.service.drain();
  expect(world.app.calls.map(({ headers }) => headers['content-length'])).toEqual(['17', '17', '17', '17']);
});
