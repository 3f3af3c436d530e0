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

test('headers of the platform cannot be set by whoever makes the task', async () => {
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

test('a retry tells the previous response and its reason [unverified]', async () => {
  const world = await startTasksWorld();
  world.app.answer = (_call, index) => (index === 0 ? 418 : 200);
  await world.create('/');
  await world.service.drain();
  world.clock.advance(100);
  await world.service.drain();
  expect(world.app.calls[1]?.headers).toMatchObject({
    'x-appengine-taskpreviousresponse': '418',
    'x-appengine-taskretryreason': 'UNKNOWN(2): HTTP status code 418',
  });
});
