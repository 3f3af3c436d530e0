import { LRUCache } from 'lru-cache';
import type { Clock } from '../../runtime/clock.ts';
import type { UserId } from '../../runtime/ids.ts';
import type { Store } from './store.ts';

/** Whose accounts are there: for what is shown without reading anything of the user. */
export interface LivingUsers {
  /**
   * Whether the account is there, or was when this instance last looked, less than a minute ago. Where Datastore does not
   * answer the account counts as there: pictures are shown while Datastore is away, when no account can be erased either.
   */
  isLiving(user: UserId): Promise<boolean>;
  /** Has this instance forget all that it keeps of a user whose account is erased. */
  forget(user: UserId): void;
}

interface LivingUsersDeps {
  store: Pick<Store, 'user'>;
  clock: Clock;
  /** Drops what is kept in memory of a user. */
  dropUser(user: UserId): void;
}

/** For how long an instance believes that an account is there, in milliseconds: a lookup a minute while it is asked. */
const BELIEVED_FOR = 60_000;

/** For how long it does not ask again after a lookup that failed, in milliseconds. */
const PATIENCE = 10_000;

const MOST_USERS = 50_000;

/** What Datastore answers, and until when that counts, in elapsed milliseconds. */
interface Known {
  answer: Promise<boolean>;
  until: number;
}

export function createLivingUsers({ store, clock, dropUser }: LivingUsersDeps): LivingUsers {
  const known = new LRUCache<UserId, Known>({ max: MOST_USERS });

  function ask(user: UserId): Known {
    // An answer is as old as its question.
    const asked: Known = { answer: Promise.resolve(true), until: clock.elapsed() + BELIEVED_FOR };
    asked.answer = store.user(user).then(
      (found) => {
        if (!found) forget(user);
        return found !== undefined;
      },
      () => {
        asked.until = clock.elapsed() + PATIENCE;
        return true;
      },
    );
    known.set(user, asked);
    return asked;
  }

  /** For good: no other account ever has the id. */
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
