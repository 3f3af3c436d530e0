import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { LocalCloudOptions } from '../../../src/local-cloud/index.ts';
import { startTargetApp } from '../tasks/target-app.ts';
import { temporaryFolder } from './cloud-process.ts';
import { datastoreOf, startInFolder } from './in-thread.ts';

const MINUTE = 60_000;
const CRON = 'cron: [{ url: /job, schedule: every 1 hours }]';

let dataDir: string;
beforeEach(async () => void (dataDir = await temporaryFolder()));

const start = (changes: Partial<LocalCloudOptions> = {}) =>
  startInFolder(dataDir, { files: { indexes: '', queues: '', cron: CRON }, ...changes });

test('a second start finds what the first one was given', async () => {
  const first = await start();
  const writing = datastoreOf(first);
  await writing.save({ key: writing.key(['Note', 1]), data: { text: 'kept' } });
  await first.stop();
  const reading = datastoreOf(await start());
  expect((await reading.get(reading.key(['Note', 1])))[0]).toMatchObject({ text: 'kept' });
});

test('a call to a cloud that has ended is refused', async () => {
  const cloud = await start();
  await cloud.stop();
  await expect(cloud.drain()).rejects.toThrow('has ended');
});

describe('a start that fails', () => {
  test.each(['datastore', 'storage', 'identity', 'tasks'] as const)(
    'at %s gives back the folder and every port',
    async (service) => {
      const taken = createServer().listen(0, '127.0.0.1');
      await once(taken, 'listening');
      onTestFinished(() => void taken.close());
      const free = createServer().listen(0, '127.0.0.1');
      await once(free, 'listening');
      const datastore = portOf(free);
      free.close();
      await once(free, 'close');
      const ports = { datastore, [service]: portOf(taken) };
      await expect(start({ ports })).rejects.toThrow(/cannot start: .*EADDRINUSE/);

      await start({ ports: { datastore } });
    },
  );

  test('at a folder that cannot be one says so, and does not speak of other programs', async () => {
    await mkdir(join(dataDir, 'lock'));
    await expect(start()).rejects.toThrow(`The data folder ${dataDir} cannot be used: unable to open`);
    await writeFile(join(dataDir, 'file'), '');
    await expect(start({ dataDir: join(dataDir, 'file') })).rejects.toThrow(/cannot be used: .*EEXIST/);
  });

  test('at a file that is no good says which, before anything listens', async () => {
    const files = { indexes: '', queues: '', cron: 'cron: [{ url: /job, schedule: every mins }]' };
    await expect(start({ files })).rejects.toThrow(/cron\.yaml.*\n.*every mins/);
    await start();
  });
});

describe('time', () => {
  test('advance waits for the cron runs that fall due', async () => {
    const app = await startTargetApp();
    onTestFinished(() => app.stop());
    const cloud = await start({ app: app.url });
    await cloud.advance(60 * MINUTE);
    expect(app.calls).toMatchObject([{ path: '/job' }]);
  });

  test('reset counts the times of cron from then on', async () => {
    const app = await startTargetApp();
    onTestFinished(() => app.stop());
    const cloud = await start({ app: app.url });
    await cloud.advance(59 * MINUTE);
    await cloud.reset();
    await cloud.advance(59 * MINUTE);
    expect(app.calls).toHaveLength(0);
    await cloud.advance(MINUTE);
    expect(app.calls).toHaveLength(1);
  });
});

const portOf = (server: ReturnType<typeof createServer>) => (server.address() as AddressInfo).port;
