import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MessageChannel, Worker } from 'node:worker_threads';
import { connect, type LocalCloud } from '../../src/local-cloud/connect.ts';
import type { LocalCloudOptions } from '../../src/local-cloud/index.ts';
import type { CloudRequest } from './shared-cloud-thread.worker.ts';

let thread: Worker | undefined;

/**
 * Starts a local cloud as `startLocalCloud` does, in a thread that serves all worlds of this test process.
 * A thread for each world takes 0.65 s of CPU time to load the same modules, and there are more than a hundred worlds.
 */
export async function startInSharedThread(options: LocalCloudOptions): Promise<LocalCloud> {
  await useEarlierAccount(options);
  const shared = (thread ??= startThread());
  const { port1: near, port2: channel } = new MessageChannel();
  shared.postMessage({ options, channel } satisfies CloudRequest, [channel]);
  const cloud = await connect({
    send: (command) => near.postMessage(command),
    onAnswer: (take) => void near.on('message', take),
    onEnd: (end) => void near.on('close', () => end(new Error('The local cloud has ended.'))),
  });
  accounts.set(options.projectId, await readFile(cloud.endpoints.keyFile, 'utf8'));
  return cloud;
}

/** Key files of service accounts by project: a new RSA key takes 0.06 s, and each world would make one. */
const accounts = new Map<string, string>();

async function useEarlierAccount({ dataDir, projectId }: LocalCloudOptions): Promise<void> {
  const account = accounts.get(projectId);
  const keyFile = join(dataDir, 'service-account.json');
  if (account === undefined || (await isThere(keyFile))) return;
  await mkdir(dataDir, { recursive: true });
  await writeFile(keyFile, account, { mode: 0o600 });
}

const isThere = (file: string) =>
  access(file).then(
    () => true,
    () => false,
  );

function startThread(): Worker {
  const started = new Worker(new URL('shared-cloud-thread.worker.ts', import.meta.url));
  // The channels of running worlds keep the process alive, the thread does not.
  started.unref();
  started.once('exit', () => {
    if (thread === started) thread = undefined;
  });
  return started;
}
