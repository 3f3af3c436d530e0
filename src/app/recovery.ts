import type { Clock } from '../runtime/clock.ts';
import { RECOVERY_GRACE, type Outbox } from '../background/outbox.ts';
import type { Log } from '../runtime/log.ts';

export interface RecoveryDeps {
  clock: Clock;
  log: Log;
  outbox: Pick<Outbox, 'recover'>;
}

/** How often it is looked whether the process was suspended, in milliseconds. */
const TICK = 1_000;
/** From this delay of a tick, or step of the clock, on it was suspended, in milliseconds: no work of ours takes so long. */
const SUSPENDED = 3_000;

/**
 * Hands over tasks that a killed or suspended process left behind: now, and whenever this process was suspended or its
 * clock was set. What was left in the last moments before is taken in a second pass, a few seconds later. Two sweeps are
 * all that it costs, on every instance that starts. Never throws: cron's sweep follows.
 */
export function recoverTasks({ clock, log, outbox }: RecoveryDeps): void {
  const sweep = async () => {
    try {
      const tasks = await outbox.recover();
      if (tasks > 0) log.info({ tasks }, `Handed over ${tasks} tasks that were left behind.`);
    } catch (err) {
      log.warn({ err }, 'Tasks that were left behind wait for the sweep of cron.');
    }
  };
  const recover = () => {
    void sweep();
    clock.after(RECOVERY_GRACE + TICK, () => void sweep());
  };
  recover();
  onSuspension(clock, recover);
}

/** Calls `resumed` after the process or the machine has stood still, and after its clock was set. */
function onSuspension(clock: Clock, resumed: () => void): void {
  const wait = () => {
    const due = clock.elapsed() + TICK;
    clock.after(TICK, () => {
      if (clock.elapsed() - due > SUSPENDED) resumed();
      wait();
    });
  };
  wait();
  clock.onStep((ms) => Math.abs(ms) > SUSPENDED && resumed());
}
