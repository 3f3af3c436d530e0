import { flushCompileCache } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { RECOVERY_GRACE_MS, type Outbox } from '../background/outbox.ts';
import { loadDecoder } from '../pictures/decoding/decoder.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Log } from '../runtime/log.ts';
import type { Clients } from './clients.ts';

/** Time between two steps of the preload. Each step blocks the event loop for some 10 ms, and requests go first. */
const PRELOAD_PAUSE_MS = 300;

/**
 * Loads the modules that the start did not wait for, so that the first token, upload or task does not wait for them
 * either. The last step writes the compile cache: a killed process has then left it for the next start.
 */
export async function preload(clients: Clients): Promise<void> {
  const steps: (() => unknown)[] = [
    () => import('../features/accounts/verify-token.ts'),
    () => import('./background-handlers.ts'),
    () => import('exifreader'),
    loadDecoder,
    clients.tasks,
    flushCompileCache,
  ];
  for (const step of steps) {
    await sleep(PRELOAD_PAUSE_MS, undefined, { ref: false });
    await step();
  }
}

interface RecoveryDeps {
  clock: Clock;
  log: Log;
  outbox: Pick<Outbox, 'recover'>;
}

/**
 * Hands over the tasks that a killed or suspended process left in the outbox: after the first requests, and whenever this
 * process was suspended or its clock was set. A second sweep a few seconds later takes the tasks that are too young for the first.
 * Never throws: the sweep of cron follows.
 */
export function recoverTasks({ clock, log, outbox }: RecoveryDeps): void {
  const sweep = async () => {
    try {
      const tasks = await outbox.recover();
      if (tasks > 0) log.info({ tasks }, `Created ${tasks} tasks that were left in the outbox.`);
    } catch (err) {
      log.warn({ err }, 'The outbox could not be swept. The sweep of cron follows.');
    }
  };
  const recover = () => {
    void sweep();
    clock.after(RECOVERY_GRACE_MS + TICK_MS, () => void sweep());
  };
  clock.after(FIRST_REQUESTS_MS, recover);
  onSuspension(clock, recover);
}

/** Time for the requests that waited for the start. A new instance begins because there are such requests. */
const FIRST_REQUESTS_MS = 300;

/** Time between two checks whether the process was suspended. */
const TICK_MS = 1_000;

/**
 * A tick that is later than this, or a step of the clock by more, counts as a suspension: no work here takes so long.
 */
const SUSPENDED_MS = 3_000;

/** Calls `resumed` after the process or the machine was suspended, and after its clock was set. */
function onSuspension(clock: Clock, resumed: () => void): void {
  const wait = () => {
    const due = clock.elapsed() + TICK_MS;
    clock.after(TICK_MS, () => {
      if (clock.elapsed() - due > SUSPENDED_MS) resumed();
      wait();
    });
  };
  wait();
  clock.onStep((ms) => Math.abs(ms) > SUSPENDED_MS && resumed());
}
