import { existsSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

// Loaded before everything else by `--import`: each worker thread breaks down once the file that DIE names is there.
if (!isMainThread) {
  setInterval(() => {
    if (existsSync(process.env['DIE'] ?? '')) throw new Error('This thread was told to break down.');
  }, 20).unref();
}
