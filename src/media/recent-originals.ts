/** Originals that have just been received, so that the job that decodes them need not read them back. */
export interface RecentOriginals {
  /** Starts to collect an upload's bytes, as long as there is room for them. */
  collect(): Collection;
  /** Gives the bytes of an object and lets go of them. */
  take(object: string): Buffer | undefined;
}

export interface Collection {
  push(chunk: Uint8Array): void;
  /** Everything pushed so far, or undefined when there was no room for it. */
  bytes(): Buffer | undefined;
  /** Ends the collection; what it holds becomes the recent original of that object. */
  keep(object: string): void;
  /** Ends the collection and forgets it. */
  drop(): void;
}

/** Keeps at most `capacity` bytes, those in collection among them; the oldest originals make room for new uploads. */
export function createRecentOriginals(capacity: number): RecentOriginals {
  const kept = new Map<string, Buffer>();
  let used = 0;

  const forget = (object: string): Buffer | undefined => {
    const bytes = kept.get(object);
    if (bytes && kept.delete(object)) used -= bytes.length;
    return bytes;
  };
  const makeRoom = (bytes: number): boolean => {
    for (const object of kept.keys()) {
      if (used + bytes <= capacity) break;
      forget(object);
    }
    return used + bytes <= capacity;
  };

  return {
    take: forget,
    collect() {
      let chunks: Uint8Array[] | undefined = [];
      let size = 0;
      const drop = () => {
        used -= size;
        size = 0;
        chunks = undefined;
      };
      const bytes = (): Buffer | undefined => {
        if (!chunks) return undefined;
        const whole = Buffer.concat(chunks);
        chunks = [whole];
        return whole;
      };
      return {
        push(chunk) {
          if (!chunks) return;
          if (!makeRoom(chunk.length)) return drop();
          chunks.push(chunk);
          size += chunk.length;
          used += chunk.length;
        },
        bytes,
        keep(object) {
          const whole = chunks?.length === 1 ? (chunks[0] as Buffer) : bytes();
          drop();
          if (!whole) return;
          used += whole.length;
          kept.set(object, whole);
        },
        drop,
      };
    },
  };
}
