import type { Clock } from '../clock.ts';
import type { UserId } from '../library/ids.ts';
import type { Upload } from '../library/shapes.ts';
import { endUploads, type EndDeps } from './end-uploads.ts';
import { askSessions } from './session-states.ts';

export interface FreeDeps extends EndDeps {
  clock: Clock;
}

/** Sessions that are asked before it is looked whether one of them has ended. */
const STEP = 40;

/**
 * Looks among a user's open uploads, the oldest first, for some that can go on no more: they have expired, or their
 * sessions were ended at the bucket. Their places are free then.
 * @returns the moment when the first of the others expires, in milliseconds since the Unix epoch; undefined without any
 * @throws AppError `unavailable`
 */
export async function freePlaces(deps: FreeDeps, user: UserId): Promise<number | undefined> {
  const open = (await deps.store.openUploads(user)).toSorted((a, b) => a.expiresAt - b.expiresAt);
  const [expired, others] = [open.filter(isOver(deps.clock)), open.filter((upload) => !isOver(deps.clock)(upload))];
  for (const { session } of expired) await deps.directUploads.cancel(session);
  const ended = expired.length > 0 ? expired : await firstEnded(deps, others);
  if (ended.length > 0) {
    const ids = ended.map(({ id }) => id);
    await endUploads(deps.library, user, ids);
  }
  return others.find((upload) => !ended.includes(upload))?.expiresAt;
}

const isOver =
  (clock: Clock) =>
  ({ expiresAt }: Upload) =>
    expiresAt <= clock.now();

async function firstEnded({ directUploads }: FreeDeps, uploads: Upload[]): Promise<Upload[]> {
  for (let first = 0; first < uploads.length; first += STEP) {
    const asked = await askSessions(directUploads, uploads.slice(first, first + STEP));
    const ended = asked.filter(({ state }) => state.kind === 'ended').map(({ upload }) => upload);
    if (ended.length > 0) return ended;
  }
  return [];
}
