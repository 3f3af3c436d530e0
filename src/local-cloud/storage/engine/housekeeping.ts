import type { Engine } from './engine.ts';
import { applyLifecycle } from './lifecycle.ts';
import { SESSION_LIFE } from './resumable-upload.ts';
import { purgeSoftDeleted } from './soft-delete.ts';

const HOUR = 3_600_000;

/** Applies lifecycle rules, forgets expired sessions and purges soft-deleted objects now and in every hour. The returned function ends that. */
export function keepHouse(engine: Engine): () => void {
  let cancel = () => {};
  const round = () => {
    expireSessions(engine);
    applyLifecycle(engine);
    purgeSoftDeleted(engine);
    cancel = engine.clock.after(HOUR, round);
  };
  round();
  return () => cancel();
}

function expireSessions({ store, clock, live }: Engine): void {
  for (const { id, blob, state } of store.sessions.openedBefore(clock.now() - SESSION_LIFE)) {
    store.sessions.remove(id);
    live.sums.delete(id);
    if (state === 'open') store.blobs.discard(blob);
  }
}
