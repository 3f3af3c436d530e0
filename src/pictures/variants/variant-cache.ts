import { LRUCache } from 'lru-cache';
import type { Clock } from '../../runtime/clock.ts';

/** Variants: objects in the bucket that are written once, and cached in memory while they are requested. */
export interface VariantCache {
  /** The variant of this name, or undefined. Concurrent calls share one read. */
  read(name: string): Promise<Buffer | undefined>;
  /** As `read`, past the memory: also finds what another instance has written since the last read here. */
  readThrough(name: string): Promise<Buffer | undefined>;
  /** Writes a variant. It may exist already. */
  save(name: string, bytes: Buffer, type: string): Promise<void>;
  /** Deletes every variant whose name starts with `prefix`, here and in the bucket. */
  removeAll(prefix: string): Promise<void>;
  /** Drops every variant whose name starts with `prefix` from memory. Reads in progress are not cached. */
  drop(prefix: string): void;
}

/** The part of the bucket that the cache uses. */
interface VariantStore {
  read(name: string): Promise<Buffer | undefined>;
  save(name: string, bytes: Buffer, type: string): Promise<void>;
  removeAll(prefix: string): Promise<void>;
}

interface VariantCacheOptions {
  /** Bytes of variants in memory; 32 MiB by default. */
  capacity?: number;
}

/** In bytes. Larger variants are not cached: few of them would evict many that are requested more often. */
const LARGEST_KEPT_BYTES = 128 * 2 ** 10;

/**
 * How long an entry is valid. Names are never written twice, so that only a deletion makes it wrong: for so long another
 * instance may still serve an erased photo by its URL, unless the account was deleted.
 */
const KEPT_FOR_MS = 10 * 60_000;

/** Bytes that an entry takes besides its variant. */
const OVERHEAD_BYTES = 400;

/** A missing variant is remembered too. */
interface Known {
  bytes: Buffer | undefined;
}

export function createVariantCache(
  { blobs, clock }: { blobs: VariantStore; clock: Clock },
  { capacity = 32 * 2 ** 20 }: VariantCacheOptions = {},
): VariantCache {
  const known = new LRUCache<string, Known>({
    maxSize: capacity,
    maxEntrySize: LARGEST_KEPT_BYTES,
    sizeCalculation: ({ bytes }) => OVERHEAD_BYTES + (bytes?.length ?? 0),
    ttl: KEPT_FOR_MS,
    ttlResolution: 0,
    perf: clock,
    // A waiting read gets its bytes even if they have been deleted meanwhile and are not kept.
    ignoreFetchAbort: true,
    fetchMethod: async (name) => ({ bytes: await blobs.read(name) }),
  });
  const drop = (prefix: string): void => {
    for (const name of known.keys()) if (name.startsWith(prefix)) known.delete(name);
  };

  return {
    read: async (name) => (await known.fetch(name))?.bytes,
    readThrough: async (name) => (await known.fetch(name, { forceRefresh: true }))?.bytes,
    async save(name, bytes, type) {
      await blobs.save(name, bytes, type);
      known.set(name, { bytes });
    },
    async removeAll(prefix) {
      await blobs.removeAll(prefix);
      drop(prefix);
    },
    drop,
  };
}
