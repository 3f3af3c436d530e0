import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parse } from 'yaml';
import { COMPILED_CODE, shareBetweenUsers } from '../src/runtime/compiled-code.ts';
import { startLocalCloud } from '../src/local-cloud/index.ts';
import { freePort } from './free-port.ts';

const ROOT = join(import.meta.dirname, '..');
const MAIN = join(ROOT, 'dist/main.js');
const FOLDER = join(ROOT, 'dist', COMPILED_CODE);

/** Longest wait for one start, on a slow machine. */
const PATIENCE_MS = 120_000;

/** Users of images in which App Engine and others run Node: root, www-data and the first user of Debian. */
const LIKELY_USERS = [0, 33, 1000];

/**
 * Starts the built program once in each profile, so that Node keeps its compiled code in dist/. V8 reads the code only
 * under the options under which it was made: they are those of app.yaml and of `npm start`.
 */
export async function compileProgram(): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  await using scope = new AsyncDisposableStack();
  const folder = async () => {
    const path = await mkdtemp(join(tmpdir(), 'photo-timeline-build-'));
    scope.defer(() => rm(path, { recursive: true, force: true }));
    return path;
  };
  const readText = (name: string) => readFile(join(ROOT, name), 'utf8');
  const [indexes, queues, cron] = await Promise.all([
    readText('index.yaml'),
    readText('queue.yaml'),
    readText('cron.yaml'),
  ]);
  const cloud = await startLocalCloud({
    dataDir: await folder(),
    projectId: 'photo-timeline',
    location: 'local',
    bucket: 'photos',
    files: { indexes, queues, cron },
    consistency: undefined,
  });
  scope.defer(() => cloud.stop());
  const { entrypoint, env_variables: production } = parse(await readText('app.yaml')) as AppYaml;
  await runUntilCompiled(optionsIn(entrypoint), {
    ...production,
    PROFILE: 'google',
    HOST: '127.0.0.1',
    GOOGLE_CLOUD_PROJECT: 'photo-timeline',
    BUCKET: 'photos',
    IDENTITY: 'firebase:photo-timeline',
    DATASTORE_EMULATOR_HOST: cloud.endpoints.datastore,
    STORAGE_EMULATOR_HOST: cloud.endpoints.storage,
    CLOUD_TASKS_EMULATOR_HOST: cloud.endpoints.tasks,
  });
  const { scripts } = JSON.parse(await readText('package.json')) as { scripts: { start: string } };
  await runUntilCompiled(optionsIn(scripts.start), { DATA_DIR: await folder() });
  shareBetweenUsers(FOLDER, ...LIKELY_USERS);
}

interface AppYaml {
  entrypoint: string;
  env_variables: Record<string, string>;
}

const optionsIn = (command: string) => command.split(' ').filter((word) => word.startsWith('--'));

/** The program writes its compiled code when its preload has ended, and what it used since when it stops. */
async function runUntilCompiled(options: string[], env: Record<string, string>): Promise<void> {
  const before = await compiledFiles();
  const port = await freePort();
  const child = spawn(process.execPath, [...options, MAIN], {
    env: { PATH: process.env['PATH'], TMPDIR: tmpdir(), ...env, PORT: String(port), CONSOLE_PORT: '0' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  try {
    const until = performance.now() + PATIENCE_MS;
    const late = () => performance.now() > until || child.exitCode !== null;
    while (!(await answers(port)) && !late()) await pause(50);
    await fetch(`http://127.0.0.1:${port}/v1/users/unknown/timeline`);
    while ((await compiledFiles()) === before && !late()) await pause(50);
    if (late()) throw new Error('The built program does not start: its compiled code cannot be kept.');
  } finally {
    child.kill('SIGTERM');
    await exited;
  }
}

async function answers(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/readyz`)).ok;
  } catch {
    return false;
  }
}

const compiledFiles = async () => (await readdir(FOLDER, { recursive: true })).length;
