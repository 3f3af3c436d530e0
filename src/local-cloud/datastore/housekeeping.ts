import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../clock.ts';
import type { Disk } from './disk.ts';
import { PAST } from './store/past.ts';

const MINUTE = 60_000;

/**
 * Forgets the past and gives free space back in every minute, also when nothing is written. The returned function ends
 * that.
 */
export function keepHouse(disk: Disk, clock: Clock): () => void {
  let [running, ended] = [false, false];
  const isEnded = () => ended;
  const round = async () => {
    if (running) return;
    running = true;
    await forgetPast(disk, isEnded);
    await giveSpaceBack(disk, isEnded);
    running = false;
  };
  const schedule = () =>
    clock.after(MINUTE, () => {
      cancel = schedule();
      void round();
    });
  let cancel = schedule();
  return () => {
    ended = true;
    cancel();
  };
}

/** Requests have their turn between two steps. */
async function forgetPast({ commits, past, versions }: Disk, isEnded: () => boolean): Promise<void> {
  while (!isEnded() && commits.run(() => past.prune(versions.now() - PAST))) await nextTurn();
}

async function giveSpaceBack({ commits, freeSpace }: Disk, isEnded: () => boolean): Promise<void> {
  if (!freeSpace.isWorthGivingBack()) return;
  while (!isEnded() && commits.run(() => freeSpace.giveBackSome())) await nextTurn();
  commits.flush();
  if (!isEnded()) freeSpace.shortenFile();
}
