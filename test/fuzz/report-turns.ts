import { writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import { watchTurns } from '../support/longest-turn.ts';

/**
 * Loaded into the program by `--import`: at each SIGUSR2 it writes to the file that FUZZ_TURNS names how long, in
 * milliseconds of CPU, the main thread has worked in one piece since the last time.
 */
const file = process.env['FUZZ_TURNS'];
if (file !== undefined && isMainThread) {
  const watch = watchTurns();
  process.on('SIGUSR2', () => writeFileSync(file, `${watch.take()}\n`));
}
