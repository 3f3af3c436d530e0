import type { CloudTasksClient } from '@google-cloud/tasks';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startTargetApp } from './target-app.ts';
import { LOCATION, PROJECT, tasksClient } from './tasks-world.ts';

const NOT_FOUND = 5;

/** A process of Cloud Tasks, how to reach it and how to kill it. */
async function startChild(dataDir: string, app: string) {
  const child = fork(join(import.meta.dirname, 'local-tasks.child.ts'), [dataDir, app]);
  const kill = async () => {
    if (!isRunning(child)) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  onTestFinished(kill);
  const [port] = (await once(child, 'message')) as [number];
  return { client: tasksClient(port), kill };
}

const isRunning = ({ exitCode, signalCode }: ChildProcess) => exitCode === null && signalCode === null;

test('a kill -9 in the middle of creating and sending loses no task, and what was on its way runs again', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'tasks-kill-'));
  onTestFinished(() => rm(dataDir, { recursive: true }));
  const app = await startTargetApp();
  onTestFinished(app.stop);
  // The first four are answered, the next four hang and are on their way when the process is killed.
  app.answer = (_call, index) => (index < 4 ? 200 : new Promise(() => undefined));

  const first = await startChild(dataDir, app.url);
  const parent = first.client.queuePath(PROJECT, LOCATION, 'default');
  const acknowledged = new Set<string>();
  const create = async (index: number) => {
    const relativeUri = `/task/${index}`;
    await first.client.createTask({ parent, task: { appEngineHttpRequest: { relativeUri } } });
    acknowledged.add(relativeUri);
    // The rest of the calls is still under way.
    if (acknowledged.size === 100) await first.kill();
  };
  for (let index = 0; index < 8; index++) await create(index);
  await app.seen(8);
  await Promise.allSettled(Array.from({ length: 200 }, (_, index) => create(8 + index)));
  await first.client.close();
  const hanging = app.calls.slice(4, 8).map(({ path }) => path);
  expect(acknowledged.size).toBeGreaterThanOrEqual(100);

  const before = app.calls.length;
  app.answer = () => 200;
  const second = await startChild(dataDir, app.url);
  onTestFinished(() => second.client.close());
  const served = () => new Set(app.calls.map(({ path }) => path));
  while ([...acknowledged].some((path) => !served().has(path))) await app.seen(app.calls.length + 1);
  const again = () => new Set(app.calls.slice(before).map(({ path }) => path));
  while (hanging.some((path) => !again().has(path))) await app.seen(app.calls.length + 1);
});

test('a task that was shown as finished does not run again after a kill -9', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'tasks-kill-'));
  onTestFinished(() => rm(dataDir, { recursive: true }));
  const app = await startTargetApp();
  onTestFinished(app.stop);
  for (let round = 0; round < 2; round++) {
    const { client, kill } = await startChild(dataDir, app.url);
    const parent = client.queuePath(PROJECT, LOCATION, 'default');
    const create = (relativeUri: string) =>
      client.createTask({ parent, task: { appEngineHttpRequest: { relativeUri } } });
    const [{ name }] = await create(`/task/${round}`);
    // One way of asking in each round: the answer to the last question is the last thing before the kill.
    const ask = round % 2 === 0 ? () => isFound(client, name!) : () => hasTasks(client, parent);
    for (let isThere = true; isThere;) isThere = await ask();
    await kill();
    await client.close();

    // What is due first is sent first: once the marker has come, so would have the task.
    const next = await startChild(dataDir, app.url);
    await next.client.createTask({ parent, task: { appEngineHttpRequest: { relativeUri: `/marker/${round}` } } });
    while (!app.calls.some(({ path }) => path === `/marker/${round}`)) await app.seen(app.calls.length + 1);
    expect(app.calls.filter(({ path }) => path === `/task/${round}`)).toHaveLength(1);
    await next.kill();
    await next.client.close();
  }
});

const isFound = (client: CloudTasksClient, name: string) =>
  client.getTask({ name }).then(
    () => true,
    (error: { code?: unknown }) => error.code !== NOT_FOUND,
  );

const hasTasks = async (client: CloudTasksClient, parent: string) => (await client.listTasks({ parent }))[0].length > 0;
