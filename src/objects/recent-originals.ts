import type { Clock } from '../runtime/clock.ts';
import { release } from '../runtime/free-memory.ts';

/** Originals that were just received, so that the job that decodes them need not read them from the bucket. */
export interface RecentOriginals {
  /**
   * Starts to collect an upload of at most so many bytes if there is room for them. Waits up to a quarter of a second where
   * uploads under way hold the room.
   */
  collect(maxBytes: number | undefined): Promise<Collection>;
  /** Returns the bytes of an object and drops them. */
  take(object: string): Buffer | undefined;
  /** Gives the memory of bytes that are no longer needed to later uploads. Those bytes are empty from now on. */
  reuse(bytes: Buffer): void;
  /** Drops every original whose object's name starts so. */
  drop(prefix: string): void;
}

export interface Collection {
  /** Copies the chunk. @throws Error when more than `maxBytes` come */
  push(chunk: Uint8Array): void;
  /** All bytes so far; undefined when there was no room for them. */
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

const inSteps = (bytes: number) => Math.ceil(bytes / STEP_BYTES) * STEP_BYTES;

/** How long an upload waits for room. To read its original back from the bucket takes as much CPU time as to receive it. */
const LONGEST_WAIT_MS = 250;

/** Buffers are multiples of this, so that an upload finds a spare buffer although its size is another. */
const STEP_BYTES = 256 * 2 ** 10;

/** An upload that waits for room. */
interface Waiting {
  maxBytes: number;
  begin(bytes: Buffer): void;
}

/**
 * Keeps at most `capacity` bytes, those in collection and spare buffers among them; what finds no room is not kept.
 * Buffers are used again: V8 counts them with its heap, and marks the whole heap when the count grows.
 */
export function createRecentOriginals(capacity: number, clock: Clock): RecentOriginals {
  const kept = new Map<string, Original>();
  const spare: Buffer[] = [];
  const waiting: Waiting[] = [];
  let used = 0;

  const forget = (object: string): Original | undefined => {
    const original = kept.get(object);
    if (original && kept.delete(object)) used -= original.bytes.length;
    return original;
  };
  const keptBytes = () => [...kept.values()].reduce((sum, { bytes }) => sum + bytes.length, 0);
  const dropSpare = (): void => {
    for (const bytes of spare.splice(0)) {
      used -= bytes.length;
      release(bytes);
    }
  };
  const hasRoom = (bytes: number): boolean => {
    if (used + bytes > capacity) dropSpare();
    for (const [object, { keptAt }] of kept) {
      if (used + bytes <= capacity || keptAt + KEPT_AT_LEAST_MS > clock.elapsed()) break;
      forget(object);
    }
    return used + bytes <= capacity;
  };
  const allocate = (maxBytes: number): Buffer | undefined => {
    const bytes = inSteps(maxBytes);
    const found = spare.findIndex(({ length }) => length >= bytes && length <= 2 * bytes);
    if (found >= 0) return spare.splice(found, 1)[0];
    if (!hasRoom(bytes)) return undefined;
    used += bytes;
    return Buffer.allocUnsafeSlow(bytes);
  };

  /** Room has been given back: the uploads that wait get it in their order. */
  const serveWaiting = (): void => {
    for (let [first] = waiting; first; [first] = waiting) {
      const bytes = allocate(first.maxBytes);
      if (!bytes) return;
      waiting.shift();
      first.begin(bytes);
    }
  };
  const allocateSoon = (maxBytes: number): Promise<Buffer | undefined> | Buffer | undefined => {
    const bytes = waiting.length === 0 ? allocate(maxBytes) : undefined;
    // Originals that are kept may wait long for their decode, or for one by another instance.
    if (bytes || keptBytes() + inSteps(maxBytes) > capacity) return bytes;
    return new Promise((resolve) => {
      const giveUp = () => {
        waiting.splice(waiting.indexOf(entry), 1);
        resolve(undefined);
        serveWaiting();
      };
      const timer = setTimeout(giveUp, LONGEST_WAIT_MS);
      const entry = {
        maxBytes,
        begin(allocated: Buffer) {
          clearTimeout(timer);
          resolve(allocated);
        },
      };
      waiting.push(entry);
    });
  };

  return {
    take(object) {
      const original = forget(object);
      serveWaiting();
      return original?.bytes.subarray(0, original.size);
    },
    reuse(bytes) {
      const { buffer } = bytes;
      const isWhole = buffer instanceof ArrayBuffer && buffer.byteLength % STEP_BYTES === 0 && !buffer.detached;
      if (!isWhole || used + buffer.byteLength > capacity) return release(bytes);
      used += buffer.byteLength;
      // The transfer detaches the view that the caller has: nothing can read the next upload by it.
      spare.push(Buffer.from(buffer.transfer()));
      serveWaiting();
    },
    drop(prefix) {
      for (const object of kept.keys()) if (object.startsWith(prefix)) forget(object);
      serveWaiting();
    },
    async collect(maxBytes) {
      let bytes = maxBytes === undefined ? undefined : await allocateSoon(maxBytes);
      let size = 0;
      return {
        push(chunk) {
          bytes?.set(chunk, size);
          size += chunk.length;
        },
        bytes: () => bytes?.subarray(0, size),
        keep(object) {
          if (bytes) kept.set(object, { bytes, size, keptAt: clock.elapsed() });
          bytes = undefined;
        },
        drop() {
          if (!bytes) return;
          used -= bytes.length;
          bytes = undefined;
          serveWaiting();
        },
      };
    },
  };
}
