import { LRUCache } from 'lru-cache';
import type { Clock } from '../../runtime/clock.ts';
import type { UserId } from '../../runtime/ids.ts';
import { isSuspended } from '../rules/suspension.ts';
import type { Store } from './store.ts';

/** Whether accounts exist and are not suspended: for replies that read no entity of the user. */
export interface LivingUsers {
  /**
   * Whether the account exists and is not suspended, or was so when this instance last read it, less than a minute ago. While Datastore does not
   * answer, the account counts as existing: pictures are shown, and no account can be erased at that time.
   */
  isLiving(user: UserId): Promise<boolean>;
  /** Drops what this instance keeps of a user whose account is erased. */
  forget(user: UserId): void;
}

interface LivingUsersDeps {
  store: Pick<Store, 'user'>;
  clock: Clock;
  /** Drops what is kept in memory of a user. */
  dropUser(user: UserId): void;
}

/** How long an instance relies on a lookup. */
const TRUSTED_FOR_MS = 60_000;

/** How long it waits after a failed lookup. */
const FAILURE_BACKOFF_MS = 10_000;

const MOST_USERS = 50_000;

/** What Datastore answers, and until when that counts, in elapsed milliseconds. */
interface Known {
  answer: Promise<boolean>;
  until: number;
}

export function createLivingUsers({ store, clock, dropUser }: LivingUsersDeps): LivingUsers {
  const known = new LRUCache<UserId, Known>({ max: MOST_USERS });

  function ask(user: UserId): Known {
    // A reply is as old as its request.
    const asked: Known = { answer: Promise.resolve(true), until: clock.elapsed() + TRUSTED_FOR_MS };
    asked.answer = store.user(user).then(
      (found) => {
        if (!found) forget(user);
        return found !== undefined && !isSuspended(found);
      },
      () => {
        asked.until = clock.elapsed() + FAILURE_BACKOFF_MS;
        return true;
      },
    );
    known.set(user, asked);
    return asked;
  }

  /** Without an end: no other account gets the id. */
  function forget(user: UserId): void {
    known.set(user, { answer: Promise.resolve(false), until: Infinity });
    dropUser(user);
  }

  return {
    forget,
    isLiving(user) {
      const last = known.get(user);
      return (last && clock.elapsed() < last.until ? last : ask(user)).answer;
    },
  };
}
