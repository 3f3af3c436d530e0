import { getCompileCacheDir } from 'node:module';
import { dirname, extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Answer, Loss } from './command-port.ts';
import { connect, type LocalCloud } from './connect.ts';
import type { LocalCloudOptions } from './options.ts';

export type { LocalCloud } from './connect.ts';
export type { LocalCloudOptions, LocalEndpoints } from './options.ts';

/**
 * Starts the local cloud in a worker thread: its gRPC, its SQLite and its fsyncs stay off the app's event loop, and
 * its controls cannot be reached over the network. Rejects with the reason when it cannot start.
 */
export async function startLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  // Sources run as .ts, the build as .js: the worker has the ending that this file has.
  const file = new URL(`worker${extname(import.meta.filename)}`, import.meta.url);
  const worker = new Worker(file, { workerData: options, env: { ...process.env, ...compileCache() } });
  try {
    return await connect({
      send: (command) => worker.postMessage(command),
      onAnswer: (take) => void worker.on('message', (said: Answer | Loss) => 'id' in said && take(said)),
      onEnd(end) {
        worker.on('message', (said: Answer | Loss) => 'lost' in said && end(said.lost));
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

/** Passes the process's cache of compiled code to the thread, which does not inherit it. */
function compileCache(): { NODE_COMPILE_CACHE?: string; NODE_COMPILE_CACHE_PORTABLE?: string } {
  const folder = getCompileCacheDir();
  // Node reports the folder of its own version below the one that was set.
  if (folder === undefined) return {};
  // Portable, as the process has it (runtime/compiled-code.ts): the keys of the two kinds differ.
  return { NODE_COMPILE_CACHE: dirname(folder), NODE_COMPILE_CACHE_PORTABLE: '1' };
}
