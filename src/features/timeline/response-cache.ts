import { LRUCache } from 'lru-cache';
import type { UserId } from '../../runtime/ids.ts';

/** A reply to one query about one user, in the bytes that are sent. */
export interface CachedReply {
  /** The user's sequence in the snapshot of the reply. */
  sequence: number;
  bytes: Buffer;
  next?: string | null;
  prev?: string | null;
}

/**
 * Keeps replies that this instance has sent, by user, sequence and query. A reply is valid while the user has this
 * sequence, so that a caller that looks up the sequence gets no stale reply.
 */
export interface ResponseCache {
  /** Returns the reply to a query at the latest sequence of the user that this instance has seen. */
  latest(user: UserId, query: string): CachedReply | undefined;
  /** Returns the latest sequence of the user that this instance has seen. */
  sequence(user: UserId): number | undefined;
  keep(user: UserId, query: string, reply: CachedReply): void;
  /** Drops all replies about a user. */
  drop(user: UserId): void;
}

/** Users whose latest sequence is kept. Each takes some hundred bytes. */
const MAX_USERS = 50_000;

/** How much the compressed forms of a reply take of its bytes, of which at most two are made. */
const COMPRESSED_SHARE = 0.4;

/** Memory of an entry besides its bytes: key, cursors and the cache's own data. */
const OVERHEAD_BYTES = 1_000;

/** Creates a cache that keeps at most `maxBytes` of replies. */
export function createResponseCache(maxBytes: number): ResponseCache {
  const sequences = new LRUCache<UserId, number>({ max: MAX_USERS });
  const replies = new LRUCache<string, CachedReply>({
    maxSize: maxBytes,
    sizeCalculation: ({ bytes }) => Math.ceil(bytes.length * (1 + COMPRESSED_SHARE)) + OVERHEAD_BYTES,
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
