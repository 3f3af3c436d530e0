import { LRUCache } from 'lru-cache';
import type { Store } from '../../data/read/store.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { ShareId, UserId } from '../../runtime/ids.ts';
import { shareRef } from './share.ts';

/** Whether shares still grant what URLs of pictures say. */
interface ShareGrants {
  /** Whether a share exists and has not expired, or did when this instance last read it, less than a minute ago. */
  grants(user: UserId, share: ShareId, original: boolean): Promise<boolean>;
  /** Forgets what this instance keeps of a share that was changed. */
  forget(user: UserId, share: ShareId): void;
}

/** How long an instance relies on a lookup. */
const TRUSTED_FOR_MS = 60_000;

const MOST_SHARES_KEPT = 20_000;

/** What Datastore answers, and until when that counts, in elapsed milliseconds. */
interface Known {
  share: Promise<{ expiresAt: number; originals: boolean } | undefined>;
  until: number;
}

export function createShareGrants({ store, clock }: { store: Pick<Store, 'entity'>; clock: Clock }): ShareGrants {
  const known = new LRUCache<string, Known>({ max: MOST_SHARES_KEPT });

  function ask(user: UserId, id: ShareId): Known {
    const share = store.entity(user, shareRef(id));
    const asked: Known = { share, until: clock.elapsed() + TRUSTED_FOR_MS };
    // A lookup that fails is not kept.
    share.catch(() => known.delete(user + id));
    known.set(user + id, asked);
    return asked;
  }

  return {
    async grants(user, id, original) {
      const last = known.get(user + id);
      const share = await (last && clock.elapsed() < last.until ? last : ask(user, id)).share;
      return share !== undefined && share.expiresAt > clock.now() && (share.originals || !original);
    },
    forget: (user, id) => void known.delete(user + id),
  };
}
