import { existsSync, readFileSync, rmSync } from 'node:fs';
import { isMainThread, workerData } from 'node:worker_threads';

// Loaded before everything else by `--import`: the next thread that is given a picture removes the file that DIE names and
// does what it says: `exit`, `memory`, or a signal for the whole program.
const file = process.env['DIE'] ?? '';
const isDecoder = !isMainThread && (workerData as { file?: unknown } | null)?.file instanceof Uint8Array;
if (isDecoder && existsSync(file)) {
  const way = readFileSync(file, 'utf8');
  rmSync(file);
  if (way === 'memory') fillMemory();
  if (way === 'exit') process.exit(7);
  process.kill(process.pid, way);
}

function fillMemory(): never {
  for (const held: unknown[] = []; ;) held.push(Array.from({ length: 100_000 }, (_, at) => ({ at })));
}
