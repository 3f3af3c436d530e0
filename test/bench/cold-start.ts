import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { appEngineCommand, startCommand } from '../process/start-command.ts';
import { startProgram } from '../process/support.ts';
import { signUp } from '../support/test-user.ts';
import { median } from './alternate.ts';
import { cpuTime } from './cpu-time.ts';
import type { Figure } from './figure.ts';
import { startCloud } from './local-cloud.ts';
import { memoryOf } from './process-memory.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { freePort } from '../../deploy/free-port.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Starts of each kind, alternated. */
const ROUNDS = 11;

/** One start. */
interface Start {
  /** From the spawn to the first 200. */
  ms: number;
  /** Of the process, in all its threads, until then. */
  cpuMs: number;
  /** Resident then. */
  mib: number;
}

/**
 * From the start of the built program to its first 200, against Express with one route. Each start has an empty
 * temporary folder, so that it finds no cache but what the build ships. In the google profile a local cloud that runs
 * already stands for Google.
 */
export async function measureColdStart(scope: AsyncDisposableStack): Promise<Figure[]> {
  await promisify(execFile)('npm', ['run', 'build'], { cwd: ROOT });
  const bare = await plainBareExpress(scope);
  const dataDir = await temporaryFolder(scope);
  await publishTimeline(dataDir);
  const behindGoogle = await temporaryFolder(scope);
  await publishTimeline(behindGoogle);
  const { cloud } = await startCloud(behindGoogle);
  scope.defer(() => cloud.stop());

  const main = join(ROOT, 'dist/main.js');
  const timeline = '/v1/users/ana/timeline';
  const google = googleProfile(cloud.endpoints);
  const local = { ...startCommand().env, DATA_DIR: dataDir };
  const starts = await alternateStarts({
    bare: () => start(scope, [bare], '/'),
    google: () => start(scope, [...appEngineCommand().options, main], '/healthz', google),
    googleTimeline: () => start(scope, [...appEngineCommand().options, main], timeline, google),
    local: () => start(scope, [...startCommand().options, main], '/healthz', local),
    localTimeline: () => start(scope, [...startCommand().options, main], timeline, local),
  });
  const figures = (name: string, what: string, taken: Start, ratio: number): Figure[] => [
    {
      name,
      what: `${what}; ${Math.round(taken.mib)} MiB resident then, bare Express ${Math.round(starts.bare.mib)}`,
      value: taken.ms,
      unit: 'ms',
      reference: { what: 'bare Express', value: starts.bare.ms },
      aim: { is: 'at most', ratio },
    },
    {
      name: `${name}-cpu`,
      what: 'CPU time of all its threads until then',
      value: taken.cpuMs,
      unit: 'ms',
      reference: { what: 'bare Express', value: starts.bare.cpuMs },
      aim: { is: 'at most', ratio },
    },
  ];
  return [
    ...figures('google-healthz', 'profile google, until /healthz', starts.google, 2.5),
    ...figures('google-timeline', `profile google, until a user's timeline page`, starts.googleTimeline, 3.5),
    ...figures('local-healthz', 'profile local, until /healthz', starts.local, 4),
    ...figures('local-timeline', `profile local with its cloud, until a user's timeline page`, starts.localTimeline, 4),
  ];
}

/** Without types: to strip them would take a part of the reference's start. */
async function plainBareExpress(scope: AsyncDisposableStack): Promise<string> {
  // Express is found from below node_modules only.
  const folder = join(ROOT, 'node_modules/.cache/cold-start');
  await mkdir(folder, { recursive: true });
  scope.defer(() => rm(folder, { recursive: true }));
  const file = join(folder, 'bare-express.mjs');
  const source = await readFile(join(import.meta.dirname, 'bare-express.child.ts'), 'utf8');
  await writeFile(file, stripTypeScriptTypes(source));
  return file;
}

async function publishTimeline(dataDir: string): Promise<void> {
  const program = await startProgram(dataDir);
  const ana = await signUp(program.url, 'ana');
  await ana.patch('/v1/me').send({ visibility: 'public' }).expect(200);
  await program.stop('SIGTERM');
}

const googleProfile = ({ datastore, storage, tasks }: { datastore: string; storage: string; tasks: string }) => ({
  ...appEngineCommand().env,
  PROFILE: 'google',
  HOST: '127.0.0.1',
  GOOGLE_CLOUD_PROJECT: 'photo-timeline',
  BUCKET: 'photos',
  TASKS_LOCATION: 'local',
  IDENTITY: 'firebase:photo-timeline',
  DATASTORE_EMULATOR_HOST: datastore,
  STORAGE_EMULATOR_HOST: storage,
  CLOUD_TASKS_EMULATOR_HOST: tasks,
});

/** Takes turns, and gives the medians. The first round, which is not counted, reads the files from the disk. */
async function alternateStarts<Name extends string>(kinds: Record<Name, () => Promise<Start>>) {
  const names = Object.keys(kinds) as Name[];
  const taken = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, Start[]>;
  for (let round = 0; round <= ROUNDS; round++) {
    for (const name of names) {
      const one = await kinds[name]();
      if (round > 0) taken[name].push(one);
    }
  }
  const medianOf = (starts: Start[], field: keyof Start) => median(starts.map((one) => one[field]));
  const summary = (starts: Start[]): Start => ({
    ms: medianOf(starts, 'ms'),
    cpuMs: medianOf(starts, 'cpuMs'),
    mib: medianOf(starts, 'mib'),
  });
  return Object.fromEntries(names.map((name) => [name, summary(taken[name])])) as Record<Name, Start>;
}

/** The first request is sent as soon as the port takes connections. */
async function start(
  scope: AsyncDisposableStack,
  args: string[],
  path: string,
  env: Record<string, string> = {},
): Promise<Start> {
  const port = await freePort();
  const empty = await temporaryFolder(scope);
  const started = performance.now();
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env['PATH'], TMPDIR: empty, PORT: String(port), ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const exited = once(child, 'exit');
  const ended = exited.then(() => Promise.reject(new Error(`${args.join(' ')} has ended.`)));
  ended.catch(() => undefined);
  await Promise.race([askUntilAnswered(`http://127.0.0.1:${port}${path}`), ended]);
  const ms = performance.now() - started;
  const taken = { ms, cpuMs: (await cpuTime(child.pid)) * 1000, mib: await memoryOf(child.pid, 'VmRSS') };
  child.kill('SIGKILL');
  await exited;
  return taken;
}

async function askUntilAnswered(url: string): Promise<void> {
  for (;;) {
    try {
      const response = await fetch(url);
      const text = await response.text();
      if (!response.ok) throw new Error(`${url} was answered with ${response.status}: ${text}`);
      return;
    } catch (error) {
      const { cause } = error as { cause?: NodeJS.ErrnoException };
      if (cause?.code !== 'ECONNREFUSED') throw error;
      await pause(2);
    }
  }
}
