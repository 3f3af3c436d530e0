import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import { describe, expect, onTestFinished, test } from 'vitest';
import { picture } from '../support/picture.ts';
import { signUp } from '../support/test-user.ts';
import { startProgram } from './support.ts';

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

describe('npm start', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)(
    'that gets %s alone stops the server, and its data folder is free again',
    async (signal) => {
      const dataDir = await temporaryFolder();
      const { url, child, exited, said } = await npmStart(dataDir);
      child.kill(signal);
      await exited;
      await expect(fetch(`${url}/healthz`)).rejects.toThrow('fetch failed');
      expect(said()).toMatch(/"message":"Stopped\."}\n$/);
      await (await startProgram(dataDir)).stop('SIGTERM');
    },
  );

  test('that gets Ctrl-C, with all that it has started, stops once and in order', async () => {
    const { child, exited, said } = await npmStart(await temporaryFolder());
    killGroup(child, 'SIGINT');
    await exited;
    expect(said().match(/"Stopping on SIGINT\."/g)).toHaveLength(1);
    expect(said()).toMatch(/"message":"Stopped\."}\n$/);
  });

  test('with --consistency 0 hides a fresh write from a query without an ancestor, and from no timeline', async () => {
    const { url, child, exited } = await npmStart(await temporaryFolder(), ['--consistency', '0']);
    await request(url).post('/example_task_handler').send('x').expect(200);
    expect((await request(url).get('/data').expect(200)).body.tasks).toEqual([]);
    const ana = await signUp(url, 'ana');
    await ana.upload(await picture()).expect(201);
    expect((await ana.get('/v1/timeline').expect(200)).body.items).toHaveLength(1);
    child.kill('SIGTERM');
    await exited;
  });
});
