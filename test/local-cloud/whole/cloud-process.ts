import { execFileSync, fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import type { Answer } from '../../../src/local-cloud/command-port.ts';
import { connect, type LocalCloud } from '../../../src/local-cloud/connect.ts';

const MAIN = join(import.meta.dirname, '../../../src/local-cloud/cli/main.ts');

/** Free ports for all that listens, so that tests can run side by side. */
const FREE = ['--datastore', '0', '--storage', '0', '--tasks', '0', '--identity', '0', '--console', '0'];

export interface CloudProcess {
  /** What a shell has in its environment after the printed lines. */
  env: Record<string, string>;
  /** Its commands, by the port of the process that forked it. */
  cloud: LocalCloud;
  kill(): Promise<void>;
  /** Its exit code. */
  stop(signal: NodeJS.Signals): Promise<number | null>;
  exited: Promise<number | null>;
  /** Leaves it alone, as a process does that ends. */
  disconnect(): void;
}

/** Forks the local cloud in `folder`. Rejects with what it says when it cannot start. */
export async function startCloudProcess(folder: string, args: string[] = []): Promise<CloudProcess> {
  const child = fork(MAIN, [...FREE, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const end = (signal: NodeJS.Signals) => (child.kill(signal), exited);
  onTestFinished(async () => void (await end('SIGKILL')));
  const [said, lines] = [text(child.stderr!), printedLines(child)];
  const cloud = await connect(portOf(child)).catch(async () => Promise.reject(new Error(await said)));
  return {
    env: environmentAfter(await lines),
    cloud,
    kill: async () => void (await end('SIGKILL')),
    stop: end,
    exited,
    disconnect: () => child.disconnect(),
  };
}

/** Runs the local cloud as no child of Node's own kind, until it ends by itself. */
export async function runToItsEnd(folder: string, args: string[]) {
  const child = spawn(process.execPath, [MAIN, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { code: code as number | null, stdout, stderr };
}

/** A folder for one test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'local-cloud-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

function portOf(child: ChildProcess) {
  return {
    send: (command: object) => void child.send(command),
    onAnswer: (take: (answer: Answer) => void) => void child.on('message', take),
    onEnd: (end: (error: Error) => void) => void child.on('exit', () => end(new Error('It has ended.'))),
  };
}

async function printedLines(child: ChildProcess): Promise<string> {
  let printed = '';
  for await (const part of child.stdout!) {
    printed += String(part);
    if (/^export LOCAL_IDENTITY_ISSUER=.*\n$/m.test(printed)) break;
  }
  return printed;
}

function environmentAfter(lines: string): Record<string, string> {
  const shown = execFileSync('sh', ['-c', `${lines}\nenv -0`], {
    env: { PATH: process.env['PATH'] },
    encoding: 'utf8',
  });
  const entries = shown.split('\0').map((entry) => /^([^=]+)=(.*)$/s.exec(entry)?.slice(1) ?? []);
  return Object.fromEntries(entries.filter(([name]) => name && !/^(PATH|PWD|OLDPWD|SHLVL|_)$/.test(name)));
}
