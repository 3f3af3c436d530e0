import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import { describe, expect, onTestFinished, test } from 'vitest';
import { lockDataDir } from '../../src/local-cloud/lock.ts';
import { picture } from '../support/picture.ts';
import { signUp } from '../support/test-user.ts';

const ROOT = join(import.meta.dirname, '../..');

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'photo-timeline-npm-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/** `npm start -- …args`, in a process group of its own as on a terminal, once it says where it is. */
async function npmStart(dataDir: string, args: string[] = []) {
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], DATA_DIR: dataDir, PORT: '0' };
  const child = spawn('npm', ['start', '--', ...args], { cwd: ROOT, env, detached: true });
  const exited = once(child, 'close');
  onTestFinished(() => killGroup(child, 'SIGKILL'));
  let said = '';
  const found = Promise.withResolvers<string>();
  child.stdout.on('data', (part: Buffer) => {
    said += String(part);
    const address = /"address":"([^"]+)"/.exec(said)?.[1];
    if (address) found.resolve(address);
  });
  void exited.then(() => found.reject(new Error(`npm start has ended: ${said}`)));
  return { url: await found.promise, child, exited, said: () => said };
}

/** What a terminal does on Ctrl-C, with SIGINT. */
function killGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    process.kill(-Number(pid), signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Throws when a program still holds the folder. */
const takeAndGiveBack = (dataDir: string) => lockDataDir(dataDir)();

describe('npm start', () => {
  test('npm start hides a fresh write from a query without an ancestor with --consistency 0, and stops on SIGTERM', async () => {
    const dataDir = await temporaryFolder();
    const { url, child, exited, said } = await npmStart(dataDir, ['--consistency', '0']);
    await request(url).post('/example_task_handler').send('x').expect(200);
    expect((await request(url).get('/data').expect(200)).body.tasks).toEqual([]);
    const ana = await signUp(url, 'ana');
    await ana.upload(await picture()).expect(201);
    expect((await ana.get('/v1/timeline').expect(200)).body.items).toHaveLength(1);

    expect(() => takeAndGiveBack(dataDir)).toThrow('Another program is using');
    child.kill('SIGTERM');
    await exited;
    await expect(fetch(`${url}/healthz`)).rejects.toThrow('fetch failed');
    expect(said()).toMatch(/"message":"Stopped\."}\n$/);
    takeAndGiveBack(dataDir);
  });

  test.each([
    ['npm alone', (child: ChildProcess) => void child.kill('SIGINT')],
    ['its whole process group, as on a terminal', (child: ChildProcess) => killGroup(child, 'SIGINT')],
  ])('npm start stops once and in order on SIGINT to %s', async (_receiver, interrupt) => {
    const dataDir = await temporaryFolder();
    const { child, exited, said } = await npmStart(dataDir);
    interrupt(child);
    await exited;
    expect(said().match(/"Stopping on SIGINT\."/g)).toHaveLength(1);
    expect(said()).toMatch(/"message":"Stopped\."}\n$/);
    takeAndGiveBack(dataDir);
  });
});
