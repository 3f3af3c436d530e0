import type { ReadSet } from './read-set.ts';

const LIFETIME_MS = 270_000;
const IDLE_MS = 60_000;

export interface Transaction {
  id: Buffer;
  /** The version of everything it reads. */
  snapshot: number;
  /** Undefined in a read-only transaction, which never conflicts. */
  reads: ReadSet | undefined;
  /** Milliseconds of elapsed time: a clock that is set ends no transaction. */
  started: number;
  used: number;
  /** Its commit is in progress: no call may use it, but other commits still wait for it. */
  isEnding: boolean;
}

export const isExpired = ({ started, used }: Transaction, now: number) =>
  now - started >= LIFETIME_MS || now - used >= IDLE_MS;
