import { AppError } from '../http/errors.ts';
import { rateLimitHeaders } from '../http/rate-limit.ts';

export interface DecodeQueueOptions {
  /** How many runs may be in work at once; 2 unless given. */
  atOnce?: number;
  /** How many may wait for their turn; 64 unless given. */
  waiting?: number;
  /** What a caller beyond that is told to wait, in seconds; 5 unless given. */
  retryAfter?: number;
}

type Job<T> = (decoded: () => void) => Promise<T>;

/** Lets few decodes run at once, because each holds a whole picture in memory and a whole core. */
export interface DecodeQueue {
  /**
   * Runs `job` when its turn has come; it may call `decoded` to let the next one decode while it writes. Callers that
   * give the key of a run in work or waiting share its outcome. Throws `busy` at once when the line is full.
   */
  run<T>(key: string, job: Job<T>): Promise<T>;
  /** How many runs are in work or waiting. */
  depth(): number;
  /** How many runs wait for their turn. */
  waiting(): number;
}

/** What holds unless the options say otherwise. */
export const DECODES = { atOnce: 2, waiting: 64, retryAfter: 5 };

export function createDecodeQueue(options: DecodeQueueOptions = {}): DecodeQueue {
  const { atOnce, waiting, retryAfter } = { ...DECODES, ...options };
  const runs = new Map<string, Promise<unknown>>();
  const line: (() => void)[] = [];
  let free = atOnce;

  const turn = async (): Promise<void> => {
    if (free > 0) free -= 1;
    // Whoever leaves hands its place on, so `free` does not change.
    else await new Promise<void>((resolve) => line.push(resolve));
  };
  const leave = (): void => {
    const next = line.shift();
    if (next) next();
    else free += 1;
  };
  const start = async <T>(key: string, job: Job<T>): Promise<T> => {
    await turn();
    let inTurn = true;
    const decoded = () => {
      if (inTurn) leave();
      inTurn = false;
    };
    try {
      return await job(decoded);
    } finally {
      runs.delete(key);
      decoded();
    }
  };

  return {
    run<T>(key: string, job: Job<T>): Promise<T> {
      // One key always stands for one kind of job: that is what makes the shared outcome a T.
      const shared = runs.get(key) as Promise<T> | undefined;
      if (shared) return shared;
      if (free === 0 && line.length >= waiting) return Promise.reject(busy(atOnce + waiting, retryAfter));
      const run = start(key, job);
      runs.set(key, run);
      return run;
    },
    depth: () => runs.size,
    waiting: () => line.length,
  };
}

const busy = (quota: number, seconds: number) =>
  new AppError('busy', 'Many pictures are in work at the moment. Try again shortly.', {
    extra: { retryable: true },
    headers: rateLimitHeaders({ name: 'decodes', quota, unit: 'concurrent-requests', left: 0, seconds }),
  });
