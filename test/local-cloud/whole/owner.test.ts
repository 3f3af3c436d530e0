import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { startTargetApp, type TargetApp } from '../tasks/target-app.ts';
import { startCloudProcess, temporaryFolder } from './cloud-process.ts';
import { clientsIn } from './printed-clients.ts';

const HOUR = 3_600_000;
const START = '2026-11-20T18:00:00Z';

let folder: string;
let app: TargetApp;
beforeEach(async () => {
  folder = await temporaryFolder();
  app = await startTargetApp();
  onTestFinished(() => app.stop());
});

test('the process that forked it moves its clock and lets its tasks go', async () => {
  const { env, cloud } = await startCloudProcess(folder, ['--clock', START, '--app', app.url]);
  const { tasks, queue } = clientsIn(env);
  const scheduleTime = { seconds: Date.parse(START) / 1000 + 3600 };
  await tasks.createTask({ parent: queue, task: { scheduleTime, appEngineHttpRequest: {} } });
  await cloud.advance(HOUR - 1);
  await cloud.drain();
  expect(app.calls).toHaveLength(0);
  await cloud.advance(1);
  await cloud.drain();
  expect(app.calls).toHaveLength(1);
});

test('the process that forked it empties it and tells it to stop', async () => {
  const { env, cloud, exited } = await startCloudProcess(folder);
  const { datastore } = clientsIn(env);
  const key = datastore.key(['Note', 1]);
  await datastore.save({ key, data: {} });
  await cloud.reset();
  expect(await datastore.get(key)).toEqual([undefined]);
  await cloud.stop();
  expect(await exited).toBe(0);
});

test('a command that there is not, or that cannot be, is an error to the one who gave it', async () => {
  const { cloud } = await startCloudProcess(folder);
  await expect(cloud.advance(1)).rejects.toThrow('The clock does not stand');
  await expect(cloud.runCron('/none')).rejects.toThrow('/none');
});

test('it goes with the process that forked it', async () => {
  const { exited, disconnect } = await startCloudProcess(folder);
  disconnect();
  expect(await exited).toBe(0);
});
