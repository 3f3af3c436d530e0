import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.ts';
import type { UserId } from './ids.ts';
import type { Store } from './store.ts';

/** Whose accounts are there: for what is shown without reading anything of the user. */
export interface LivingUsers {
  /** Whether the account is there, or was when this instance last looked, less than a minute ago. */
  isLiving(user: UserId): Promise<boolean>;
  /** Has this instance forget all that it keeps of a user whose account is erased. */
  forget(user: UserId): void;
}

export interface LivingUsersDeps {
  store: Pick<Store, 'user'>;
  clock: Clock;
  /** Drops what is kept in memory of a user. */
  dropUser(user: UserId): void;
}

/** For how long an instance believes that an account is there, in milliseconds: a lookup a minute while it is asked. */
const BELIEVED_FOR = 60_000;

const MOST_USERS = 50_000;

/** An answer of Datastore. It is as old as its question, in elapsed milliseconds. */
interface Known {
  answer: Promise<boolean>;
  askedAt: number;
}

export function createLivingUsers({ store, clock, dropUser }: LivingUsersDeps): LivingUsers {
  const known = new LRUCache<UserId, Known>({ max: MOST_USERS });

  async function look(user: UserId): Promise<boolean> {
    const isThere = (await store.user(user)) !== undefined;
    if (!isThere) dropUser(user);
    return isThere;
  }

  return {
    isLiving(user) {
      const last = known.get(user);
      if (last && clock.elapsed() - last.askedAt < BELIEVED_FOR) return last.answer;
      const asked = { answer: look(user), askedAt: clock.elapsed() };
      known.set(user, asked);
      asked.answer.catch(() => known.get(user) === asked && known.delete(user));
      return asked.answer;
    },
    forget(user) {
      known.delete(user);
      dropUser(user);
    },
  };
}
