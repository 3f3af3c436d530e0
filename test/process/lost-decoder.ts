import { existsSync, readFileSync, rmSync } from 'node:fs';
import { isMainThread, workerData } from 'node:worker_threads';

// Loaded before everything else by `--import`: the next thread that is given a picture removes the file that DIE names and
// dies as the file says: `exit`, `memory`, or a signal for the whole program.
const file = process.env['DIE'] ?? '';
const isDecoder = !isMainThread && (workerData as { file?: unknown } | null)?.file instanceof Uint8Array;
if (isDecoder && existsSync(file)) {
  const death = readFileSync(file, 'utf8');
  rmSync(file);
  if (death === 'memory') fillMemory();
  if (death === 'exit') process.exit(7);
  process.kill(process.pid, death);
}

function fillMemory(): never {
  for (const held: unknown[] = []; ;) held.push(Array.from({ length: 100_000 }, (_, at) => ({ at })));
}
