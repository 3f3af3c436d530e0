import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../runtime/clock.ts';
import { Background } from '../background.ts';
import type { Disk } from './disk.ts';
import { PAST_MICROS } from './store/past.ts';
import { MINUTE_MS } from '../../runtime/durations.ts';

/**
 * Forgets the past and gives free space back in every minute, also when nothing is written. The returned function ends
 * that.
 */
export function keepHouse(disk: Disk, clock: Clock): () => void {
  const background = new Background({ clock, service: 'Datastore' });
  const end = new AbortController();
  let isRunning = false;

  /** Repeats a step that says whether there is more to do. Requests have their turn between two steps. */
  const repeat = async (step: () => boolean) => {
    for (let more = true; more && !end.signal.aborted; await nextTurn()) {
      more = false;
      background.run('housekeeping', () => void (more = step()));
    }
  };
  const round = async () => {
    if (isRunning) return;
    isRunning = true;
    await repeat(() => forgetSome(disk));
    if (disk.freeSpace.isWorthGivingBack()) await repeat(() => giveSomeBack(disk));
    isRunning = false;
  };
  const schedule = () =>
    clock.after(MINUTE_MS, () => {
      cancel = schedule();
      void round();
    });
  let cancel = schedule();
  return () => {
    end.abort();
    cancel();
    background.stop();
  };
}

const forgetSome = ({ commits, past, versions }: Disk) =>
  commits.runAlone(() => past.prune(versions.now() - PAST_MICROS));

function giveSomeBack({ commits, freeSpace }: Disk): boolean {
  if (commits.runAlone(() => freeSpace.giveBackSome())) return true;
  freeSpace.shortenFile();
  return false;
}
