import type { Clock } from '../../runtime/clock.ts';
import type { UserId } from '../../runtime/ids.ts';
import type { Upload } from '../../data/model/records.ts';
import { endUploads, type EndDeps } from './end-uploads.ts';
import { askSessions } from './session-states.ts';

interface FreeDeps extends EndDeps {
  clock: Clock;
}

/** Sessions that are asked, or ended, before the next check whether there is a place. */
const STEP = 40;

/**
 * Frees the places of a user's open uploads, the oldest first, that have expired or whose sessions were ended at the
 * bucket.
 * @returns when the first of the others expires, in milliseconds since the Unix epoch; undefined without any
 * @throws AppError `unavailable`
 */
export async function freePlaces(deps: FreeDeps, user: UserId): Promise<number | undefined> {
  const open = (await deps.store.openUploads(user)).toSorted((a, b) => a.expiresAt - b.expiresAt);
  const others = open.filter(({ expiresAt }) => expiresAt > deps.clock.now());
  const expired = open.slice(0, open.length - others.length).slice(0, STEP);
  await Promise.all(expired.map(({ session }) => deps.directUploads.cancel(session)));
  const ended = expired.length > 0 ? expired : await firstEnded(deps, others);
  if (ended.length > 0) {
    const ids = ended.map(({ id }) => id);
    await endUploads(deps.library, user, ids);
  }
  return others.find((upload) => !ended.includes(upload))?.expiresAt;
}

async function firstEnded({ directUploads }: FreeDeps, uploads: Upload[]): Promise<Upload[]> {
  for (let first = 0; first < uploads.length; first += STEP) {
    const asked = await askSessions(directUploads, uploads.slice(first, first + STEP));
    const ended = asked.filter(({ state }) => state.kind === 'ended').map(({ upload }) => upload);
    if (ended.length > 0) return ended;
  }
  return [];
}
