import { watchClock } from '../../../runtime/clock-watch.ts';
import type { Background } from '../../background.ts';
import type { Engine } from './engine.ts';
import { applyLifecycle } from './lifecycle.ts';
import { SESSION_LIFE_MS } from './resumable-upload.ts';
import { purgeSoftDeleted } from './soft-delete.ts';
import { HOUR_MS } from '../../../runtime/durations.ts';

/**
 * Applies lifecycle rules, deletes expired sessions and purges soft-deleted objects now and every hour, unless the clock
 * is in doubt. Returns a function that ends this.
 */
export function keepHouse(engine: Engine, background: Background): () => void {
  let cancel = () => {};
  const watch = watchClock(engine.clock);
  const clean = () => {
    const { mark, waitMs } = watch.look(engine.store.clockMark());
    engine.store.keepClockMark(mark);
    if (waitMs > 0) return;
    expireSessions(engine);
    applyLifecycle(engine);
    purgeSoftDeleted(engine);
  };
  const round = () => {
    background.run('housekeeping', clean);
    cancel = engine.clock.after(HOUR_MS, round);
  };
  round();
  return () => cancel();
}

function expireSessions({ store, clock, live }: Engine): void {
  for (const { id, blob, state } of store.sessions.openedBefore(clock.now() - SESSION_LIFE_MS)) {
    store.sessions.remove(id);
    live.sums.delete(id);
    if (state === 'open') store.blobs.discard(blob);
  }
}
