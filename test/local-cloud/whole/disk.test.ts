import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startTargetApp } from '../tasks/target-app.ts';
import { startCloudProcess, temporaryFolder } from './cloud-process.ts';
import { clientsIn, type PrintedClients } from './printed-clients.ts';
import { canMakeDisks, canMakeFailingDisks, failingDisk, smallDisk } from './small-disk.ts';

const FULL = 'The disk of the local cloud is full';
const bytes = (size: number) => Buffer.alloc(size, 'x');

/** One write to each service. */
const WRITES: Record<string, (clients: PrintedClients, name: string) => Promise<unknown>> = {
  datastore: ({ datastore }, name) => datastore.save({ key: datastore.key(['Note', name]), data: { name } }),
  'a new kind in datastore': ({ datastore }, name) =>
    datastore.save({ key: datastore.key([`Kind ${name}`, name]), data: { name } }),
  'ids of datastore': ({ datastore }) => datastore.allocateIds(datastore.key(['Note']), 2000),
  'an upload in one request': ({ bucket }, name) => bucket.file(name).save(bytes(50_000), { resumable: false }),
  'a resumable upload': ({ bucket }, name) => bucket.file(`long-${name}`).save(bytes(50_000), { resumable: true }),
  tasks: ({ tasks, queue }, name) => {
    const appEngineHttpRequest = { relativeUri: '/x', body: bytes(20_000) };
    return tasks.createTask({ parent: queue, task: { name: `${queue}/tasks/${name}`, appEngineHttpRequest } });
  },
};

/** What can be read of the writes with this name. */
async function readBack({ datastore, bucket, tasks, queue }: PrintedClients, name: string) {
  const [note] = await datastore.get(datastore.key(['Note', name]));
  const [ofNewKind] = await datastore.createQuery(`Kind ${name}`).filter('name', name).run();
  const [once] = await bucket.file(name).download();
  const [long] = await bucket.file(`long-${name}`).download();
  const [task] = await tasks.getTask({ name: `${queue}/tasks/${name}` });
  return [note?.name, ofNewKind.length, once.length, long.length, task.name?.endsWith(name)];
}

const whole = (name: string) => [name, 1, 50_000, 50_000, true];

async function writeAll(clients: PrintedClients, name: string): Promise<string[]> {
  const refusals: string[] = [];
  for (const [what, write] of Object.entries(WRITES)) {
    await write(clients, name).catch((error: Error) => refusals.push(`${what}: ${error.message}`));
  }
  return refusals;
}

// On a busy machine the retries of Google's clients and the starts of processes take their time.
describe.skipIf(!canMakeDisks)(
  'the local cloud on a small disk (left out where a test may not mount one)',
  { timeout: 300_000 },
  () => {
    test('the local cloud on a full disk refuses writes, goes on reading, and works again when there is room', async () => {
      const disk = await smallDisk();
      const first = await startCloudProcess(disk.folder, ['--data-dir', disk.folder]);
      const clients = clientsIn(first.env);
      expect(await writeAll(clients, 'before')).toEqual([]);

      disk.fill();
      const refusals = await writeAll(clients, 'full');
      expect(refusals).toHaveLength(Object.keys(WRITES).length);
      for (const refusal of refusals) expect(refusal).toContain(FULL);
      expect(await readBack(clients, 'before')).toEqual(whole('before'));
      expect((await clients.datastore.get(clients.datastore.key(['Note', 'full'])))[0]).toBeUndefined();
      expect(await clients.bucket.file('full').exists()).toEqual([false]);

      disk.makeRoom();
      expect(await writeAll(clients, 'after')).toEqual([]);
      expect(await writeAll(clients, 'full')).toEqual([]);
      await first.kill();
      const again = clientsIn((await startCloudProcess(disk.folder, ['--data-dir', disk.folder])).env);
      for (const name of ['before', 'after', 'full']) expect(await readBack(again, name)).toEqual(whole(name));
    });

    test('a disk that is full or read-only at the start is reported in one line', async () => {
      const disk = await smallDisk();
      const start = () => startCloudProcess(disk.folder, ['--data-dir', disk.folder]);
      const first = await start();
      expect(await writeAll(clientsIn(first.env), 'kept')).toEqual([]);
      await first.kill();
      disk.fill();
      await expect(start()).rejects.toThrow(/^The local cloud cannot start\. [^\n]*The disk .* is full.*\n$/);
      disk.makeRoom();
      disk.protect(true);
      await expect(start()).rejects.toThrow(
        /^The local cloud cannot start\. [^\n]*The disk .* cannot be written to.*\n$/,
      );
      disk.protect(false);
      expect(await readBack(clientsIn((await start()).env), 'kept')).toEqual(whole('kept'));
    });

    test('the local cloud recovers from a disk that is full for hours: no background work ends it or is lost', async () => {
      const disk = await smallDisk();
      const { cloud, clients, calls } = await startUnderLoad(disk.folder);
      disk.fill();
      expect(await writeAll(clients, 'full')).not.toEqual([]);
      for (let hour = 0; hour < 3; hour++) await cloud.advance(HOUR);
      await cloud.drain();
      expect(calls('/job')).toBeGreaterThanOrEqual(3);
      expect(await readBack(clients, 'before')).toEqual(whole('before'));

      disk.makeRoom();
      await cloud.advance(MINUTE);
      await cloud.drain();
      expect(calls('/late')).toBe(1);
      expect(await writeAll(clients, 'after')).toEqual([]);
    });
  },
);

test.skipIf(!canMakeFailingDisks)(
  'a disk that becomes read-only ends nothing: reads go on, writes are refused (left out where no such disk can be made)',
  { timeout: 300_000 },
  async () => {
    const disk = await failingDisk();
    const { cloud, clients, calls } = await startUnderLoad(disk.folder);
    disk.fail();
    const refusals = await writeAll(clients, 'failed');
    expect(refusals).toHaveLength(Object.keys(WRITES).length);
    for (const refusal of refusals) expect(refusal).toContain('The disk of the local cloud');
    for (let hour = 0; hour < 3; hour++) await cloud.advance(HOUR);
    for (let time = 0; time < 3; time++) await cloud.drain();
    expect(calls('/job')).toBeGreaterThanOrEqual(3);
    // That it was sent cannot be noted, so it is not sent again and again.
    expect(calls('/late')).toBeLessThanOrEqual(1);
    expect(await readBack(clients, 'before')).toEqual(whole('before'));
  },
);

const START = Date.parse('2026-11-20T12:00:00Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** The local cloud with a cron job each hour, a task that is due in half an hour, and all that its sweeps look at. */
async function startUnderLoad(folder: string) {
  const app = await startTargetApp();
  onTestFinished(() => app.stop());
  const cron = join(await temporaryFolder(), 'cron.yaml');
  await writeFile(cron, 'cron:\n  - url: /job\n    schedule: every 1 hours\n');
  const args = ['--data-dir', folder, '--clock', new Date(START).toISOString(), '--cron', cron, '--app', app.url];
  const { cloud, env } = await startCloudProcess(folder, args);
  const clients = clientsIn(env);
  const { tasks, queue } = clients;
  await tasks.pauseQueue({ name: queue });
  expect(await writeAll(clients, 'before')).toEqual([]);
  const scheduleTime = { seconds: (START + 30 * MINUTE) / 1_000 };
  const [late] = await tasks.createQueue({
    parent: queue.replace(/\/queues\/.*/, ''),
    queue: { name: `${queue}-late` },
  });
  await tasks.createTask({
    parent: late.name!,
    task: { scheduleTime, appEngineHttpRequest: { relativeUri: '/late' } },
  });
  const calls = (path: string) => app.calls.filter((call) => call.path === path).length;
  return { cloud, clients, calls };
}
