import type { RequestHandler } from 'express';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';

/** Lets uploads, which come in pieces, step back while others wait for an answer, or for the decoder. */
export interface UploadThrottle {
  /** Notes who reads, from the head of the request to the last byte of the answer. */
  watch: RequestHandler;
  /**
   * For one upload, what it waits for after so many bytes, before it takes in more: a turn of the event loop, and longer
   * after each PIECE while requests are read or pictures wait.
   */
  upload(): (bytes: number) => Promise<void>;
}

/** How long an upload stays behind, in milliseconds. */
export const PATIENCE = 10;

/** After how many bytes it does so: six megabytes a second still get through, however small the parts that they come in. */
export const PIECE = 64 * 1024;

/**
 * `picturesWait` says whether uploads come in faster than they are decoded: a further original would only be put away,
 * to be read back when its turn comes.
 */
export function createUploadThrottle(picturesWait: () => boolean): UploadThrottle {
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
        if (isAlone || (taken += bytes) < PIECE) return nextTurn();
        taken = 0;
        await pause(PATIENCE);
      };
    },
  };
}
