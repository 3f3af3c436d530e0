import type { RequestHandler } from 'express';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';

/** Lets uploads, which come in pieces, step back while others wait for an answer. */
export interface RightOfWay {
  /** Notes who reads, from the head of the request to the last byte of the answer. */
  watch: RequestHandler;
  /** What an upload waits for before its next piece: a turn of the event loop, and longer while somebody reads. */
  give(): Promise<void>;
}

/** How long a piece stays behind for readers, in milliseconds: ten megabytes a second still get through, per upload. */
export const PATIENCE = 10;

export function createRightOfWay(): RightOfWay {
  let readers = 0;
  return {
    watch(request, response, next) {
      if (request.method === 'GET') {
        readers += 1;
        response.once('close', () => (readers -= 1));
      }
      next();
    },
    async give() {
      await (readers > 0 ? pause(PATIENCE) : nextTurn());
    },
  };
}
