import { LRUCache } from 'lru-cache';
import type { Clock } from '../../runtime/clock.ts';

/** Small pictures: objects in the bucket that are written once, and kept in memory while they are looked at. */
export interface Pictures {
  /** The picture of this name, or undefined when there is none. Those who ask at the same time share one read. */
  read(name: string): Promise<Buffer | undefined>;
  /** As `read`, past the memory: also finds what another instance has written since the last read here. */
  readThrough(name: string): Promise<Buffer | undefined>;
  /** Writes a picture; that it is there already is fine. */
  save(name: string, bytes: Buffer, type: string): Promise<void>;
  /** Deletes every picture whose name starts so, here and in the bucket. */
  removeAll(prefix: string): Promise<void>;
  /** Drops every picture whose name starts so from memory. Reads that are under way are not kept. */
  drop(prefix: string): void;
}

/** The bucket, as far as pictures need it. */
interface StoredPictures {
  read(name: string): Promise<Buffer | undefined>;
  save(name: string, bytes: Buffer, type: string): Promise<void>;
  removeAll(prefix: string): Promise<void>;
}

interface PicturesOptions {
  /** Bytes of pictures kept in memory; 32 MiB unless given. */
  capacity?: number;
}

/** Larger ones are read from the bucket each time: few of them would push out many that are wanted more often. */
const LARGEST_KEPT = 128 * 2 ** 10;

/**
 * How long an instance believes what it knows, in milliseconds. Names are never written twice, so that only deletion
 * makes it wrong: for so long other instances may still show an erased photo of an account that is there, by its URL.
 */
const KEPT_FOR = 10 * 60_000;

/** What an entry costs besides its bytes. */
const OVERHEAD = 400;

/** That there is no such picture is remembered as well. */
interface Known {
  bytes: Buffer | undefined;
}

export function createPictures(
  { blobs, clock }: { blobs: StoredPictures; clock: Clock },
  { capacity = 32 * 2 ** 20 }: PicturesOptions = {},
): Pictures {
  const known = new LRUCache<string, Known>({
    maxSize: capacity,
    maxEntrySize: LARGEST_KEPT,
    sizeCalculation: ({ bytes }) => OVERHEAD + (bytes?.length ?? 0),
    ttl: KEPT_FOR,
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
