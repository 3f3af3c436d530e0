import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parse } from 'yaml';
import type { LocalCloud } from '../../src/local-cloud/index.ts';
import { freePort } from '../free-port.ts';

/** Longest wait for the first reply, on a slow machine. */
const PATIENCE_MS = 60_000;

export interface Instance {
  url: string;
  /** Resident memory now. */
  residentMib(): Promise<number>;
  stop(): Promise<void>;
}

interface InstanceOptions {
  /** Folder of the built program. */
  tree: string;
  /** An empty folder for its temporary files, as a new instance has it. */
  temporary: string;
  /** Takes all that the program writes. */
  logFile: string;
  cloud: LocalCloud;
}

/** Starts a built program by the entrypoint of its app.yaml, on a local cloud in place of Google's. */
export async function startInstance({ tree, temporary, logFile, cloud }: InstanceOptions): Promise<Instance> {
  const { entrypoint, env_variables: settings } = parse(await readFile(join(tree, 'app.yaml'), 'utf8')) as AppYaml;
  const port = await freePort();
  const env = { ...settings, ...platformEnv(port, temporary), ...deploymentEnv(cloud) };
  const log = await open(logFile, 'w');
  const child = spawn('sh', ['-c', `exec ${entrypoint}`], { cwd: tree, env, stdio: ['ignore', log.fd, log.fd] });
  const exited = once(child, 'exit');
  await log.close();
  const stop = async () => {
    child.kill('SIGTERM');
    await exited;
  };
  const url = `http://127.0.0.1:${port}`;
  const until = performance.now() + PATIENCE_MS;
  while (!(await answers(url))) {
    if (child.exitCode === null && performance.now() < until) {
      await pause(50);
      continue;
    }
    await stop();
    throw new Error(`"${entrypoint}" does not answer at /healthz.`);
  }
  return { url, residentMib: () => residentMib(child.pid), stop };
}

interface AppYaml {
  entrypoint: string;
  env_variables: Record<string, string>;
}

/** What App Engine sets. Without HOST the program listens on all addresses, which nothing needs here. */
const platformEnv = (port: number, temporary: string) => ({
  PATH: `${dirname(process.execPath)}:${process.env['PATH']}`,
  NODE_ENV: 'production',
  TMPDIR: temporary,
  PORT: String(port),
  HOST: '127.0.0.1',
  GAE_ENV: 'standard',
  GOOGLE_CLOUD_PROJECT: 'photo-timeline',
});

/** What replaces the placeholders of app.yaml, and where the local cloud is. */
const deploymentEnv = ({ endpoints }: LocalCloud) => ({
  IDENTITY: `oidc:${endpoints.issuer}|photo-timeline`,
  REGISTRATION: 'open',
  BUCKET: 'photos',
  TASKS_LOCATION: 'local',
  DATASTORE_EMULATOR_HOST: endpoints.datastore,
  STORAGE_EMULATOR_HOST: endpoints.storage,
  CLOUD_TASKS_EMULATOR_HOST: endpoints.tasks,
});

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/healthz`)).ok;
  } catch {
    return false;
  }
}

/** VmRSS of proc_pid_status(5). */
async function residentMib(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}
