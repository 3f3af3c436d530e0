import type { Clock } from '../runtime/clock.ts';

/** Originals that were just received, so that the job that decodes them need not read them from the bucket. */
export interface RecentOriginals {
  /** Starts to collect an upload of at most so many bytes, as long as there is room for them. */
  collect(maxBytes: number | undefined): Collection;
  /** Returns the bytes of an object and drops them. */
  take(object: string): Buffer | undefined;
  /** Drops every original whose object's name starts so. */
  drop(prefix: string): void;
}

export interface Collection {
  push(chunk: Uint8Array): void;
  /** All bytes so far; undefined when they were too many. */
  bytes(): Buffer | undefined;
  /** Ends the collection; what it holds becomes the recent original of that object. */
  keep(object: string): void;
  /** Ends the collection and drops it. */
  drop(): void;
}

interface Original {
  /** In one piece from the beginning: pieces to be put together later would be held and copied once more. */
  bytes: Buffer;
  size: number;
  keptAt: number;
}

/**
 * Jobs run in the order of the uploads, so the oldest originals are needed next: new originals do not replace them before
 * this time, in milliseconds. After it, another instance has most likely run their job.
 */
const KEPT_AT_LEAST_MS = 60_000;

/** Keeps at most `capacity` bytes, those in collection among them; what finds no room is not kept. */
export function createRecentOriginals(capacity: number, clock: Clock): RecentOriginals {
  const kept = new Map<string, Original>();
  let used = 0;

  const forget = (object: string): Original | undefined => {
    const original = kept.get(object);
    if (original && kept.delete(object)) used -= original.bytes.length;
    return original;
  };
  const hasRoom = (bytes: number): boolean => {
    for (const [object, { keptAt }] of kept) {
      if (used + bytes <= capacity || keptAt + KEPT_AT_LEAST_MS > clock.elapsed()) break;
      forget(object);
    }
    return used + bytes <= capacity;
  };
  const allocate = (bytes: number): Original => {
    used += bytes;
    return { bytes: Buffer.allocUnsafeSlow(bytes), size: 0, keptAt: 0 };
  };

  return {
    take(object) {
      const original = forget(object);
      return original?.bytes.subarray(0, original.size);
    },
    drop(prefix) {
      for (const object of kept.keys()) if (object.startsWith(prefix)) forget(object);
    },
    collect(maxBytes) {
      let original = maxBytes !== undefined && hasRoom(maxBytes) ? allocate(maxBytes) : undefined;
      const drop = () => {
        used -= original?.bytes.length ?? 0;
        original = undefined;
      };
      return {
        push(chunk) {
          if (!original) return;
          if (original.size + chunk.length > original.bytes.length) return drop();
          original.bytes.set(chunk, original.size);
          original.size += chunk.length;
        },
        bytes: () => original?.bytes.subarray(0, original.size),
        keep(object) {
          if (original) kept.set(object, { ...original, keptAt: clock.elapsed() });
          original = undefined;
        },
        drop,
      };
    },
  };
}
