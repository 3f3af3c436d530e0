import { status } from '@grpc/grpc-js';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll } from 'vitest';
import { readConfig } from '../../../src/app/config.ts';
import type { LocalCloud } from '../../../src/local-cloud/index.ts';
import { datastoreProxy, tasksProxy } from '../../support/grpc-proxy.ts';
import { startInSharedThread } from '../../support/shared-cloud-thread.ts';
import { topLevelFiles } from '../../support/top-level-files.ts';
import { startProgram, type Running } from '../support.ts';

/** A call at which the program is killed: before the call has an effect, or after that and before its reply. */
export interface Death {
  when: 'before' | 'after';
  call: 'Commit' | 'CreateTask';
  /** Suspends the program for so long in place of killing it; the call is lost. */
  suspendMs?: number;
}

const CLOCK_AHEAD = new URL('../clock-ahead.ts', import.meta.url).href;
/** How far each restart moves the clocks: beyond the grace of the outbox and the backoff of queues. */
const LATER_MS = 10 * 60_000;

/** The program, which dies of `kill -9` at chosen calls of its own, on a cloud that outlives it. */
export interface MortalProgram {
  cloud: LocalCloud;
  url(): string;
  /** Kills the program at its next call of this kind; resolves once it is dead. */
  dieAt(death: Death): Promise<void>;
  kill(): Promise<void>;
  /** Starts it again with all clocks ten minutes later; cron runs. */
  startLater(): Promise<void>;
  /** Starts it again at once; cron does not run. */
  startAgain(): Promise<void>;
}

/** Starts the program and its cloud; both stop after the last test of the file. */
export async function startMortalProgram(): Promise<MortalProgram> {
  const dataDir = await mkdtemp(join(tmpdir(), 'photo-timeline-mortal-'));
  const cloud = await startCloud(dataDir);
  let death: (Death & { come: () => void }) | undefined;
  let running: Running;
  let ahead = 0;

  const pass = async (call: string, _request: Buffer, forward: () => Promise<Buffer>) => {
    if (death?.call !== call) return forward();
    const { when, come, suspendMs } = death;
    death = undefined;
    if (when === 'after') await forward();
    await (suspendMs === undefined ? running.kill() : suspend(running, suspendMs));
    come();
    throw Object.assign(new Error('The caller is dead.'), { code: status.CANCELLED });
  };
  const env = {
    DATASTORE_EMULATOR_HOST: await datastoreProxy(cloud.endpoints.datastore, pass),
    CLOUD_TASKS_EMULATOR_HOST: await tasksProxy(cloud.endpoints.tasks, pass),
    STORAGE_EMULATOR_HOST: cloud.endpoints.storage,
    GOOGLE_APPLICATION_CREDENTIALS: cloud.endpoints.keyFile,
    LOCAL_CLOUD_SECRET: cloud.endpoints.secret,
    LOCAL_IDENTITY_ISSUER: cloud.endpoints.issuer,
    NODE_OPTIONS: `--import ${CLOCK_AHEAD}`,
  };
  const start = async () => {
    running = await startProgram(dataDir, { ...env, CLOCK_AHEAD_MS: String(ahead) });
    await cloud.appIsAt(running.url);
    return running;
  };
  running = await start();
  afterAll(async () => {
    await running.kill();
    await cloud.stop();
    await rm(dataDir, { recursive: true });
  });
  return {
    cloud,
    url: () => running.url,
    dieAt: (next) => new Promise((come) => void (death = { ...next, come })),
    kill: () => running.kill(),
    startAgain: async () => void (await start()),
    async startLater() {
      ahead += LATER_MS;
      await start();
      await cloud.advance(LATER_MS);
    },
  };
}

/** Does what closing a laptop does to its programs. */
async function suspend({ process }: Running, ms: number): Promise<void> {
  process.kill('SIGSTOP');
  await pause(ms);
  process.kill('SIGCONT');
}

async function startCloud(dataDir: string): Promise<LocalCloud> {
  const { projectId, tasksLocation: location, bucket } = readConfig({}).cloud;
  const files = await topLevelFiles();
  return startInSharedThread({
    dataDir,
    projectId,
    location,
    bucket,
    files,
    consistency: 0,
    standingClock: Date.now(),
  });
}
