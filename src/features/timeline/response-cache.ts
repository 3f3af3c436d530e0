import { LRUCache } from 'lru-cache';
import type { UserId } from '../../runtime/ids.ts';

/** A reply to one query about one user, as it goes over the wire. */
export interface CachedReply {
  /** The user's sequence at the moment that it shows. */
  sequence: number;
  bytes: Buffer;
  next?: string | null;
  prev?: string | null;
}

/**
 * Replies that this instance has sent. They are kept by the sequence that they show, so that nothing can be stale: who
 * has looked up the user's sequence knows whether a reply still holds.
 */
export interface ResponseCache {
  /** The reply to a query at the latest sequence that this instance has seen of the user. */
  latest(user: UserId, query: string): CachedReply | undefined;
  /** The latest sequence that this instance has seen of the user. */
  sequence(user: UserId): number | undefined;
  keep(user: UserId, query: string, reply: CachedReply): void;
  /** Drops all replies about a user. */
  drop(user: UserId): void;
}

/** Users whose latest sequence is remembered; each costs some hundred bytes. */
const MOST_USERS = 50_000;

/** What an entry costs besides its bytes: key, cursors and the cache's own. */
const OVERHEAD = 1_000;

/** Keeps at most so many bytes of replies. */
export function createResponseCache(mostBytes: number): ResponseCache {
  const sequences = new LRUCache<UserId, number>({ max: MOST_USERS });
  const replies = new LRUCache<string, CachedReply>({
    maxSize: mostBytes,
    sizeCalculation: ({ bytes }) => bytes.length + OVERHEAD,
  });
  const keyOf = (user: UserId, sequence: number, query: string) => `${user} ${sequence} ${query}`;
  return {
    sequence: (user) => sequences.get(user),
    latest(user, query) {
      const sequence = sequences.get(user);
      return sequence === undefined ? undefined : replies.get(keyOf(user, sequence, query));
    },
    keep(user, query, reply) {
      const latest = Math.max(reply.sequence, sequences.get(user) ?? 0);
      sequences.set(user, latest);
      replies.set(keyOf(user, reply.sequence, query), reply);
    },
    drop(user) {
      sequences.delete(user);
      for (const key of replies.keys()) if (key.startsWith(`${user} `)) replies.delete(key);
    },
  };
}
