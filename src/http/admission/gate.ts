import type { Clock } from '../../runtime/clock.ts';
import { AppError } from '../../runtime/errors.ts';

export interface GateOptions {
  /** What is let in, in the words of a refusal: "pages". */
  name: string;
  /** Work of this kind at once. */
  atOnce: number;
  /** The same while other work waits. What is refused follows from `atOnce` all the same, and from the wait there is. */
  besideOthers?: { atOnce: number; othersWait(): boolean };
  /** The longest expected wait of a newcomer, in milliseconds, while work has been waiting for a while. */
  patienceMs: number;
}

/**
 * Bounds one kind of work: some at once, and a short queue in the order of arrival. A newcomer that would wait too long
 * is refused at once.
 */
export interface Gate {
  /**
   * Does `work` in its turn. What is named as `by` fills at most half of the queue.
   * @throws AppError overloaded, before `work` begins
   */
  run<T>(work: () => Promise<T>, by?: string): Promise<T>;
  /** Does `work` in its turn, however long that takes: for requests that were let in. */
  runAdmitted<T>(work: () => Promise<T>): Promise<T>;
  /**
   * Refuses what `run` would refuse now.
   * @throws AppError overloaded
   */
  check(by?: string): void;
  /**
   * Lets a request in that will call `runAdmitted` once its body is there. Disposal tells that it has ended.
   * @throws AppError overloaded
   */
  admit(by?: string): Disposable;
  /** Work that has begun. */
  inWork(): number;
  /** Work that waits for its turn. */
  waiting(): number;
  /** Requests refused so far. */
  refused(): number;
}

/** A turn that is waited for. */
interface Place {
  by: string | undefined;
  since: number;
  start(): void;
}

/** How much longer a newcomer may wait while the queue has been empty a moment ago: a burst is no overload. */
const BURST = 2;
/** That moment, in milliseconds. */
const BURST_LULL_MS = 250;
/** How much longer a newcomer may wait behind fewer than are served at once: a slow machine has few to refuse. */
const SHORT_QUEUE = 4;
/**
 * The share of a new value in the average of the times that work takes, where it is above and where it is below. The first
 * work after a start is slow, and requests that arrive with it are not refused for that.
 */
const [RISE, FALL] = [1 / 16, 1 / 4];
/** Work that takes longer says nothing of the pace, in milliseconds: the machine slept, or a client is slow. */
const LONGEST_SAMPLE_MS = 10_000;
/** A request that was let in has its body by then, in milliseconds, or waits for a slow client. */
const BODY_LIMIT_MS = 2_000;
/** The longest wait that a refusal asks for, in milliseconds. */
const LONGEST_RETRY_MS = 30_000;

/**
 * Time is measured on `clock`. The two patiences are those of a controlled delay: B. Maurer, "Fail at Scale", ACM Queue
 * 13 (8), 2015.
 */
export function createGate(clock: Clock, { name, atOnce, besideOthers, patienceMs }: GateOptions): Gate {
  const queue: Place[] = [];
  const expected = new Set<{ since: number }>();
  let [inWork, refused] = [0, 0];
  /** The average time of one piece of work, in milliseconds. */
  let took = 0;
  let emptyAt = -Infinity;
  /** When all would be served that have been refused, if they came back. */
  let retriesUntil = 0;

  const atOnceNow = () => (besideOthers?.othersWait() ? besideOthers.atOnce : atOnce);

  const begin = (by: string | undefined): Promise<void> | undefined => {
    if (inWork < atOnceNow()) return void (inWork += 1);
    if (queue.length === 0) emptyAt = clock.elapsed();
    return new Promise((start) => queue.push({ by, since: clock.elapsed(), start }));
  };
  const end = (): void => {
    inWork -= 1;
    while (queue.length > 0 && inWork < atOnceNow()) {
      inWork += 1;
      queue.shift()?.start();
    }
  };
  const perform = async <T>(work: () => Promise<T>, by?: string): Promise<T> => {
    // Without a wait there is no turn of the event loop in between.
    const turn = begin(by);
    if (turn) await turn;
    const started = clock.elapsed();
    try {
      return await work();
    } finally {
      const ms = Math.min(clock.elapsed() - started, LONGEST_SAMPLE_MS);
      took += (ms - took) * (ms > took ? RISE : FALL);
      end();
    }
  };

  /** Requests that were let in and may have their bodies soon; those with a turn are among them. */
  const soon = (now: number) => {
    let count = 0;
    for (const { since } of expected) if (now - since < BODY_LIMIT_MS) count += 1;
    return count - atOnce;
  };
  const lengthOf = (by: string | undefined) =>
    by === undefined ? 0 : queue.reduce((count, place) => count + Number(place.by === by), 0);

  function check(by?: string): void {
    const now = clock.elapsed();
    /** Milliseconds from one end of work to the next. */
    const pace = took / atOnce;
    const isBurst = queue.length === 0 || now - emptyAt < BURST_LULL_MS;
    const patience = isBurst ? BURST * patienceMs : patienceMs;
    const isTooLong = (length: number, wait: number) => wait > (length < atOnce ? SHORT_QUEUE * patienceMs : patience);

    const ahead = Math.max(queue.length, soon(now));
    if (ahead <= 0 && inWork < atOnce) return;
    const oldest = queue[0] ? now - queue[0].since : 0;
    const wait = Math.max((ahead + 1) * pace, oldest);
    const own = lengthOf(by);
    if (!isTooLong(ahead, wait) && !isTooLong(own, 2 * own * pace)) return;
    refused += 1;
    retriesUntil = Math.min(Math.max(retriesUntil, now + wait) + pace, now + LONGEST_RETRY_MS);
    throw overloaded(name, Math.max(1, Math.ceil((retriesUntil - now) / 1000)));
  }

  return {
    async run(work, by) {
      if (inWork >= atOnceNow()) check(by);
      return perform(work, by);
    },
    runAdmitted: (work) => perform(work),
    check,
    admit(by) {
      check(by);
      const request = { since: clock.elapsed() };
      expected.add(request);
      return { [Symbol.dispose]: () => void expected.delete(request) };
    },
    inWork: () => inWork,
    waiting: () => queue.length,
    refused: () => refused,
  };
}

const overloaded = (name: string, seconds: number) =>
  new AppError(
    'overloaded',
    `More ${name} are asked for than this instance can serve now. Try again after the pause.`,
    {
      headers: { 'Retry-After': String(seconds) },
    },
  );
