import { availableParallelism } from 'node:os';
import { AppError } from '../../runtime/errors.ts';
import { rateLimitHeaders } from '../../runtime/rate-limit-headers.ts';
import { LARGEST_DECODE_BYTES } from './decode-cost.ts';
import { FairQueue, type Waiting } from './fair-queue.ts';
import { DecodeRoom, type RoomOptions } from './decode-room.ts';

export interface DecodeQueueOptions extends RoomOptions {
  /** How many may wait for their turn. */
  waiting: number;
  /** Seconds in `Retry-After` when the queue is full. */
  retryAfter: number;
}

/**
 * What holds unless the options say otherwise. Node's pool has four threads: one of them stays free for files and DNS.
 * With fewer than two places a slow decode would delay all others.
 */
export const DECODES: DecodeQueueOptions = {
  atOnce: Math.min(3, Math.max(2, availableParallelism())),
  lightBytes: 192 * 2 ** 20,
  heavyBytes: LARGEST_DECODE_BYTES,
  waiting: 64,
  retryAfter: 5,
};

/** One decode to be queued. */
export interface Decode<T> {
  /** Whose turn it takes. */
  user: string;
  /** The photo. Its decodes run one after the other, so that the next finds what the one before has decoded. */
  photo: string;
  /** What is made. Callers that give the key of a run in work or waiting share its outcome. */
  key: string;
  /** Bytes that it holds from its start on: those of the file. */
  bytes: number;
  /** Aborted when the caller has gone. A run without callers leaves the queue, unless it is in work. */
  signal?: AbortSignal | undefined;
  /** May be called twice: see `Turn.holds`. */
  job: (turn: Turn) => Promise<T>;
}

/** What a job reports to the queue while it runs. */
export interface Turn {
  /**
   * Reports how many bytes the job will hold at its peak, before it does. If that is too much beside the others, this
   * throws, and the queue calls the job again when there is room.
   */
  holds(bytes: number): void;
  /** Reports that the job has decoded and only writes from now on. The next one may decode. */
  decoded(): void;
}

type Settle = Pick<PromiseWithResolvers<unknown>, 'promise' | 'resolve' | 'reject'>;

interface Run extends Waiting, Settle {
  key: string;
  bytes: number;
  job: (turn: Turn) => Promise<unknown>;
  callers: number;
}

/**
 * Runs as many decodes at once as memory and cores allow. Users take turns, however many decodes each of them waits for.
 * When too many wait, the newest run of the user with the most of them is refused.
 *
 * A job must not run another job inside itself.
 */
export class DecodeQueue {
  readonly #options: DecodeQueueOptions;
  readonly #room: DecodeRoom;
  readonly #waitingRuns = new FairQueue<Run>();
  readonly #runs = new Map<string, Run>();
  readonly #photos = new Set<string>();

  constructor(options: Partial<DecodeQueueOptions> = {}) {
    this.#options = { ...DECODES, ...options };
    this.#room = new DecodeRoom(this.#options);
  }

  /**
   * Runs the job of a decode in its turn.
   * @throws AppError busy where too many wait, or the caller has gone; whatever the job throws
   */
  run<T>({ signal, ...decode }: Decode<T>): Promise<T> {
    const run = this.#runs.get(decode.key) ?? this.#add(decode);
    // A key always belongs to the same kind of job, so the shared outcome is a T.
    return this.#join(run, signal) as Promise<T>;
  }

  /** How many runs are in work or waiting. */
  depth(): number {
    return this.#runs.size;
  }

  /** How many runs wait for their turn. */
  waiting(): number {
    return this.#waitingRuns.length;
  }

  #add(decode: Omit<Run, keyof Settle | 'callers'>): Run {
    const run: Run = { ...decode, ...Promise.withResolvers<unknown>(), callers: 0 };
    // Every caller may have gone before it fails.
    run.promise.catch(() => undefined);
    this.#runs.set(run.key, run);
    this.#waitingRuns.add(run, { isInWork: this.#photos.has(run.photo) });
    this.#startNext();
    const last =
      this.#waitingRuns.length > this.#options.waiting ? this.#waitingRuns.removeFromLongest(run) : undefined;
    if (last) this.#end(last).reject(this.#busy());
    return run;
  }

  async #join(run: Run, signal: AbortSignal | undefined): Promise<unknown> {
    run.callers += 1;
    if (!signal) return run.promise;
    const { promise: gone, resolve } = Promise.withResolvers<void>();
    const leave = () => resolve();
    signal.addEventListener('abort', leave, { once: true });
    if (signal.aborted) leave();
    try {
      return await Promise.race([run.promise, gone.then(() => Promise.reject(callerGone()))]);
    } finally {
      signal.removeEventListener('abort', leave);
      if (signal.aborted) this.#leave(run);
    }
  }

  #leave(run: Run): void {
    run.callers -= 1;
    if (run.callers === 0 && this.#waitingRuns.remove(run)) this.#end(run).reject(callerGone());
  }

  #startNext(): void {
    for (let run = this.#next(); run; run = this.#next()) {
      this.#waitingRuns.start(run);
      void this.#work(run);
    }
  }

  /** The first run in the order of turns that may start. No heavy run overtakes a waiting heavy run. */
  #next(): Run | undefined {
    let heavyWaits = false;
    for (const run of this.#waitingRuns) {
      const kind = this.#room.kindOf(run.bytes);
      if (this.#photos.has(run.photo) || (heavyWaits && kind === 'heavy')) continue;
      if (this.#room.fits(run.bytes)) return run;
      if (kind !== 'heavy') return undefined;
      heavyWaits = true;
    }
    return undefined;
  }

  async #work(run: Run): Promise<void> {
    this.#photos.add(run.photo);
    this.#room.take(run.bytes);
    let held = run.bytes;
    let inTurn = true;
    const leave = (wait: 'finish' | 'putBack') => {
      if (!inTurn) return;
      inTurn = false;
      this.#room.give(held);
      this.#photos.delete(run.photo);
      this.#waitingRuns[wait](run);
      this.#startNext();
    };
    const decoded = () => leave('finish');
    const holds = (bytes: number) => {
      if (!inTurn) return;
      this.#room.give(held);
      run.bytes = bytes;
      const fits = this.#room.fits(bytes);
      if (fits) held = bytes;
      this.#room.take(held);
      if (!fits) throw new WaitsForRoom();
    };
    try {
      const outcome = await run.job({ holds, decoded });
      this.#end(run).resolve(outcome);
    } catch (error) {
      if (error instanceof WaitsForRoom && run.callers > 0) leave('putBack');
      else this.#end(run).reject(error);
    } finally {
      decoded();
    }
  }

  #end(run: Run): Run {
    this.#runs.delete(run.key);
    return run;
  }

  #busy(): AppError {
    const { atOnce, waiting, retryAfter: seconds } = this.#options;
    return new AppError('busy', 'Many pictures are in work at the moment. Try again shortly.', {
      headers: rateLimitHeaders({
        name: 'decodes',
        quota: atOnce + waiting,
        unit: 'concurrent-requests',
        left: 0,
        seconds,
      }),
    });
  }
}

/** Ends a job that has to wait for room. */
class WaitsForRoom extends Error {}

const callerGone = () => new AppError('busy', 'The client has gone before its picture was made.');
