import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { LocalCloudOptions, LocalEndpoints } from './options.ts';
import type { Services } from './services.ts';
import type { Answer, Command } from './worker.ts';

export type { LocalCloudOptions, LocalEndpoints } from './options.ts';

type Commands = Services['commands'];

/** The local cloud in its worker thread: where its services listen, and its commands by message. */
export type LocalCloud = { endpoints: LocalEndpoints } & {
  [K in keyof Commands]: (...args: Parameters<Commands[K]>) => Promise<Awaited<ReturnType<Commands[K]>>>;
};

const COMMANDS = [
  'appIsAt',
  'appIsGone',
  'advance',
  'drain',
  'runCron',
  'reset',
  'abortCommits',
  'cutWrites',
  'deliverTwice',
  'mintToken',
  'stop',
] as const satisfies (keyof Commands)[];

/**
 * Starts the local cloud in a worker thread: its gRPC, its SQLite and its fsyncs stay off the app's event loop, and
 * nothing of its controls can be reached over the network. Rejects when it cannot start, with the reason.
 */
export async function startLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  // Sources run as .ts, the build as .js: the worker has the ending that this file has.
  const worker = new Worker(new URL(`worker${extname(import.meta.filename)}`, import.meta.url), {
    workerData: options,
  });
  const ask = createCaller(worker);
  const endpoints = (await ask(0)) as LocalEndpoints;
  const commands = COMMANDS.map((name) => [name, (...args: unknown[]) => ask({ name, args })]);
  return { endpoints, ...Object.fromEntries(commands) } as LocalCloud;
}

interface Pending {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** Sends commands to the worker and matches its answers; `ask(0)` waits for the message that it is up. */
function createCaller(worker: Worker) {
  const pending = new Map<number, Pending>();
  let last = 0;
  const failAll = (error: Error) => {
    for (const { reject } of pending.values()) reject(error);
    pending.clear();
  };
  worker.on('message', (answer: Answer) => {
    const asked = pending.get(answer.id);
    pending.delete(answer.id);
    if ('error' in answer) asked?.reject(new Error(answer.error));
    else asked?.resolve(answer.result);
  });
  worker.on('error', failAll);
  worker.on('exit', (code) => failAll(new Error(`The local cloud has ended (exit code ${code}).`)));

  return (command: 0 | Omit<Command, 'id'>) =>
    new Promise<unknown>((resolve, reject) => {
      const id = command === 0 ? 0 : ++last;
      pending.set(id, { resolve, reject });
      if (command !== 0) worker.postMessage({ id, ...command } satisfies Command);
    });
}
