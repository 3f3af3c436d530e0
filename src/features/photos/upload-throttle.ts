import type { RequestHandler } from 'express';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';

/** Delays uploads while reads wait for a reply, or while pictures wait for the decoder. */
export interface UploadThrottle {
  /** Counts reads, each from the head of its request to the last byte of its reply. */
  watch: RequestHandler;
  /**
   * Returns a function for one upload, which it calls after each chunk and awaits: for one turn of the event loop, and
   * longer after each piece while reads or pictures wait.
   */
  upload(): (bytes: number) => Promise<void>;
}

/** How long an upload is delayed. */
export const DELAY_MS = 10;

/** After how many bytes: six megabytes a second still get through, however small the chunks are. */
export const PIECE_BYTES = 64 * 1024;

/**
 * @param picturesWait whether uploads arrive faster than they are decoded: then an original would be dropped from memory, and
 *   read back from the bucket for its decode
 * @param delay resolves when `DELAY_MS` have passed. On the machine's own clock: one that stands would hold uploads up.
 */
export function createUploadThrottle(
  picturesWait: () => boolean,
  delay: () => Promise<void> = () => pause(DELAY_MS),
): UploadThrottle {
  let readers = 0;
  return {
    watch(request, response, next) {
      if (request.method === 'GET') {
        readers += 1;
        response.once('close', () => (readers -= 1));
      }
      next();
    },
    upload() {
      let taken = 0;
      return async (bytes) => {
        const isAlone = readers === 0 && !picturesWait();
        if (isAlone || (taken += bytes) < PIECE_BYTES) return nextTurn();
        taken = 0;
        await delay();
      };
    },
  };
}
