import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { connect, type LocalCloud } from './connect.ts';
import type { LocalCloudOptions } from './options.ts';

export type { LocalCloud } from './connect.ts';
export type { LocalCloudOptions, LocalEndpoints } from './options.ts';

/**
 * Starts the local cloud in a worker thread: its gRPC, its SQLite and its fsyncs stay off the app's event loop, and
 * nothing of its controls can be reached over the network. Rejects when it cannot start, with the reason.
 */
export async function startLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  // Sources run as .ts, the build as .js: the worker has the ending that this file has.
  const file = new URL(`worker${extname(import.meta.filename)}`, import.meta.url);
  const worker = new Worker(file, { workerData: options });
  try {
    return await connect({
      send: (command) => worker.postMessage(command),
      onAnswer: (take) => void worker.on('message', take),
      onEnd(end) {
        worker.on('error', end);
        worker.on('exit', (code) => end(new Error(`The local cloud has ended (exit code ${code}).`)));
      },
    });
  } catch (error) {
    // Files that a half-started service still holds go with the thread.
    await worker.terminate();
    throw error;
  }
}
