import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { startCommand } from './start-command.ts';

export interface Running {
  url: string;
  process: ChildProcess;
  /** What it has written to standard error until now. */
  complaint(): string;
  /** `kill -9`, and waits until the process is gone. */
  kill(): Promise<void>;
  /** Asks the process to stop; its exit code. */
  stop(signal: NodeJS.Signals): Promise<number | null>;
}

const MAIN = join(import.meta.dirname, '../../src/main.ts');

/** Starts the program as `npm start` does, on a free port, and waits until it says where it is. */
export async function startProgram(
  dataDir: string,
  env: Record<string, string> = {},
  main: string = MAIN,
): Promise<Running> {
  const child = spawnProgram(dataDir, env, main);
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const said: Buffer[] = [];
  child.stderr.on('data', (part: Buffer) => said.push(part));
  const complaint = () => Buffer.concat(said).toString();
  const url = await addressIn(child, exited, complaint);
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    return (await exited)[0];
  };
  return { url, process: child, complaint, kill: async () => void (await end('SIGKILL')), stop: end };
}

/** Starts the program and kills it after `ms`, at whatever point of its start it is. */
export async function killWhileStarting(dataDir: string, ms: number, env: Record<string, string>): Promise<void> {
  const child = spawnProgram(dataDir, env);
  const exited = once(child, 'exit');
  await pause(ms);
  child.kill('SIGKILL');
  await exited;
}

export interface CommandResult {
  code: number;
  out: string;
  complaint: string;
}

/** Runs a command line of `src/cli` to its end. Kept compiled code saves a third of the CPU time of each call. */
export function runCommand(file: string, args: string[], dataDir: string): Promise<CommandResult> {
  const env = {
    PATH: process.env['PATH'],
    NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache'),
    DATA_DIR: dataDir,
  };
  return new Promise((resolve) => {
    execFile(process.execPath, [file, ...args], { env }, (error, out, complaint) =>
      resolve({ code: error ? Number(error.code) : 0, out, complaint }),
    );
  });
}

function spawnProgram(dataDir: string, env: Record<string, string>, main: string = MAIN) {
  const start = startCommand();
  const child = spawn(process.execPath, [...start.options, main], {
    env: { PATH: process.env['PATH'], ...start.env, DATA_DIR: dataDir, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // A test that fails before it stops the program leaves none behind.
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  child.once('exit', () => process.off('exit', end));
  return child;
}

async function addressIn(
  child: ChildProcess,
  exited: Promise<[number | null]>,
  complaint: () => string,
): Promise<string> {
  const lines = createInterface({ input: child.stdout as Readable });
  const address = new Promise<string>((resolve) => {
    lines.on('line', (line) => {
      const found = /"address":"([^"]+)"/.exec(line)?.[1];
      if (!found) return;
      // The other lines are not read: a benchmark runs this too, and reading costs as much as writing.
      lines.close();
      child.stdout?.resume();
      resolve(found);
    });
  });
  const gone = exited.then(([code]) => Promise.reject(new Error(`Ended with ${code}: ${complaint()}`)));
  return Promise.race([address, gone]);
}
