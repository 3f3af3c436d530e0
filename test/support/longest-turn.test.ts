import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { longestTurn } from './longest-turn.ts';

test('longestTurn measures the longest piece of work, not the sum of the pieces', async () => {
  const inOnePiece = await longestTurn(async () => work(40), 3);
  const inPieces = await longestTurn(async () => {
    for (let piece = 0; piece < 8; piece += 1) {
      work(5);
      await nextTurn();
    }
  }, 3);
  expect(inOnePiece).toBeGreaterThanOrEqual(39);
  // One piece, and a garbage collection beside it.
  expect(inPieces).toBeLessThan(25);
});

/** Works for so many milliseconds of CPU time. */
function work(ms: number): void {
  const start = process.threadCpuUsage();
  for (;;) {
    const { user, system } = process.threadCpuUsage(start);
    if (user + system >= ms * 1000) return;
  }
}
