/** Originals that have just been received, so that the job that decodes them need not read them back. */
export interface RecentOriginals {
  /** Starts to collect an upload's bytes, as long as there is room for them. */
  collect(): Collection;
  /** Gives the bytes of an object and lets go of them. */
  take(object: string): Buffer | undefined;
}

export interface Collection {
  push(chunk: Uint8Array): void;
  /** Ends the collection; what it holds becomes the recent original of that object. */
  keep(object: string): void;
  /** Ends the collection and forgets it. */
  drop(): void;
}

interface Original {
  chunks: Uint8Array[];
  size: number;
}

/** Keeps at most `capacity` bytes, those in collection among them; the oldest originals make room for new uploads. */
export function createRecentOriginals(capacity: number): RecentOriginals {
  const kept = new Map<string, Original>();
  let used = 0;

  const forget = (object: string): Original | undefined => {
    const original = kept.get(object);
    if (original && kept.delete(object)) used -= original.size;
    return original;
  };
  const makeRoom = (bytes: number): boolean => {
    for (const object of kept.keys()) {
      if (used + bytes <= capacity) break;
      forget(object);
    }
    return used + bytes <= capacity;
  };

  return {
    take(object) {
      const original = forget(object);
      return original && Buffer.concat(original.chunks, original.size);
    },
    collect() {
      let collected: Original | undefined = { chunks: [], size: 0 };
      const drop = () => {
        used -= collected?.size ?? 0;
        collected = undefined;
      };
      return {
        push(chunk) {
          if (!collected) return;
          if (!makeRoom(chunk.length)) return drop();
          collected.chunks.push(chunk);
          collected.size += chunk.length;
          used += chunk.length;
        },
        keep(object) {
          if (collected) kept.set(object, collected);
          collected = undefined;
        },
        drop,
      };
    },
  };
}
