import type { Clock } from '../../runtime/clock.ts';
import type { Background } from '../background.ts';
import { APP_ENGINE_AGENT, SECRET_HEADER, succeeded, type PlatformCaller, type CallResult } from '../platform-call.ts';
import type { CronJob, CronRetry } from './cron-yaml.ts';
import { nextRun } from './next-run.ts';
import type { RunState, RunStore } from './run-store.ts';
import { timeZone, type TimeZone } from '../../runtime/time-zone.ts';
import { backoff } from '../tasks/backoff.ts';

interface RunnerDeps {
  clock: Clock;
  store: RunStore;
  background: Background;
  caller: PlatformCaller;
  /** Base URL of the application, undefined while it is not up. */
  app: () => string | undefined;
  secret: string;
}

/** Requests of cron end after ten minutes, as all requests to an automatically scaled service do. */
const DEADLINE_MS = 600_000;

/** Runs one job at its times, never twice at once. */
export class JobRunner {
  readonly job: CronJob;
  readonly #deps: RunnerDeps;
  readonly #zone: TimeZone;
  readonly #key: string;
  readonly #ignoreSteps: () => void;
  #state: RunState;
  #running: Promise<CallResult> | undefined;
  #cancelTimer: (() => void) | undefined;
  /** A run is due, and no app is there to call. */
  #missesApp = false;
  #stopped = false;

  constructor(job: CronJob, deps: RunnerDeps) {
    this.job = job;
    this.#deps = deps;
    this.#zone = timeZone(job.timezone);
    this.#key = [job.url, job.schedule, job.timezone].join(' ');
    const stored = deps.store.read(this.#key);
    this.#state = stored ? this.#asFarAsTrue(stored) : this.#unrun();
    // A state read from the disk is not written again. A full disk is reported at the start.
    if (!stored) deps.store.write(this.#key, this.#state);
    this.#waitForNext();
    this.#ignoreSteps = deps.clock.onStep(() => this.#keep(this.#asFarAsTrue(this.#state)));
  }

  /** With the time of the next run or repetition, in milliseconds since the Unix epoch. */
  get state(): RunState & { running: boolean; due: number } {
    return { ...this.#state, running: this.#running !== undefined, due: this.#due() };
  }

  /** Runs the job now, or joins the run in progress. */
  run(): Promise<CallResult> {
    this.#running ??= this.#runOnce().finally(() => (this.#running = undefined));
    return this.#running;
  }

  /** Resolves when no run is in progress. */
  async idle(): Promise<void> {
    await this.#running;
  }

  /** Forgets what happened: the next run is counted from now. */
  reset(): void {
    this.#keep(this.#unrun());
  }

  /** Called when the app has started: what was due meanwhile runs now, once. */
  wake(): void {
    if (this.#missesApp) this.#wait(0);
  }

  stop(): void {
    this.#stopped = true;
    this.#ignoreSteps();
    this.#cancelTimer?.();
  }

  async #runOnce(): Promise<CallResult> {
    const { clock, app } = this.#deps;
    const base = app();
    if (!base) return { status: undefined, failure: 'UNAVAILABLE', reason: 'The application is not up' };
    this.#cancelTimer?.();
    const started = clock.now();
    const result = await this.#call(base);
    if (!this.#stopped) this.#keep(this.#after(result, started));
    return result;
  }

  #call(base: string): Promise<CallResult> {
    const headers = { 'X-Appengine-Cron': 'true', 'User-Agent': APP_ENGINE_AGENT, [SECRET_HEADER]: this.#deps.secret };
    const url = base.replace(/\/$/, '') + this.job.url;
    return this.#deps.caller.call({ method: 'GET', url, headers, deadline: DEADLINE_MS });
  }

  #after(result: CallResult, started: number): RunState {
    const ended = this.#deps.clock.now();
    const reason = result.status === undefined ? result.reason : undefined;
    const last = { started, ended, status: result.status, reason };
    const next = nextRun(this.job.parsed, this.#zone, ended);
    // A scheduled run that is due before the retry replaces it, and its retries count from zero.
    const before = started >= this.#state.next ? undefined : this.#state.retry;
    const retry = succeeded(result) ? undefined : nextRetry(this.job.retry, before, started, ended);
    return { next, last, retry };
  }

  #unrun(): RunState {
    return { next: nextRun(this.job.parsed, this.#zone, this.#deps.clock.now()) };
  }

  /**
   * Bounds the stored times: if the clock was ahead when they were written and has been set back since, no wait is longer
   * than a fresh one.
   */
  #asFarAsTrue({ next, retry, ...rest }: RunState): RunState {
    const now = this.#deps.clock.now();
    const latest = now + (this.job.retry?.maxBackoff ?? 0) * 1_000;
    const sooner = retry && { ...retry, at: Math.min(retry.at, latest), since: Math.min(retry.since, now) };
    return { ...rest, next: Math.min(next, this.#unrun().next), retry: sooner };
  }

  #keep(state: RunState): void {
    this.#state = state;
    this.#waitForNext();
    this.#deps.background.run(this.#key, () => this.#deps.store.write(this.#key, state));
  }

  #waitForNext(): void {
    this.#wait(this.#due() - this.#deps.clock.now());
  }

  #due(): number {
    return Math.min(this.#state.next, this.#state.retry?.at ?? Infinity);
  }

  #wait(ms: number): void {
    this.#cancelTimer?.();
    this.#cancelTimer = this.#deps.clock.after(ms, () => this.#runWhenUp());
  }

  #runWhenUp(): void {
    // Elapsed time and the clock may differ a little. A run that is too early would be followed by a second one on time.
    if (this.#due() > this.#deps.clock.now()) return this.#waitForNext();
    this.#missesApp = !this.#deps.app();
    if (!this.#missesApp) void this.run();
  }
}

/**
 * Returns when a run that failed at `now` is repeated, in milliseconds; undefined when every limit that is set is
 * reached. `before` describes the failed run if it was a repetition.
 */
function nextRetry(
  retry: CronRetry | undefined,
  before: RunState['retry'],
  started: number,
  now: number,
): RunState['retry'] {
  if (!retry) return undefined;
  const { count, since } = before ?? { count: 0, since: started };
  const oldEnough = retry.ageLimit === undefined || now - since >= retry.ageLimit * 1_000;
  if (count >= retry.limit && oldEnough) return undefined;
  return { count: count + 1, since, at: now + backoff(count + 1, retry) * 1_000 };
}
