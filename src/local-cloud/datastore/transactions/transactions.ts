import { randomBytes } from 'node:crypto';
import type { Clock } from '../../../clock.ts';
import { CloudError } from '../../cloud-error.ts';
import { CommitQueue, contention } from './commit-queue.ts';
import { ReadSet, type Touched } from './read-set.ts';

const LIFETIME_MS = 270_000;
const IDLE_MS = 60_000;

const EXPIRED = 'The referenced transaction has expired or is no longer valid.';

/** How transactions keep out of each other's way: see Google's "Transaction concurrency modes". */
export type Concurrency = 'optimistic' | 'pessimistic';

export interface Transaction {
  id: Buffer;
  /** The version of everything it reads. */
  snapshot: number;
  /** Undefined in a read-only transaction, which nothing can disturb. */
  reads: ReadSet | undefined;
  /** Milliseconds since the Unix epoch. */
  started: number;
  used: number;
}

/**
 * The open transactions, and what was committed beside them. Optimistic: the first to commit wins, who has read what it
 * changes is aborted. Pessimistic: a commit waits until they have ended.
 */
export class Transactions {
  readonly #clock: Clock;
  readonly #waits: CommitQueue | undefined;
  readonly #open = new Map<string, Transaction>();
  #commits: Touched[] = [];

  constructor(clock: Clock, concurrency: Concurrency) {
    this.#clock = clock;
    this.#waits = concurrency === 'pessimistic' ? new CommitQueue(clock) : undefined;
  }

  begin(snapshot: number, readOnly: boolean): Transaction {
    const now = this.#clock.now();
    this.#forgetExpired(now);
    const reads = readOnly ? undefined : new ReadSet();
    const transaction = { id: randomBytes(16), snapshot, reads, started: now, used: now };
    this.#open.set(nameOf(transaction.id), transaction);
    return transaction;
  }

  /** @throws CloudError INVALID_ARGUMENT when it is over or never was. */
  use(id: Buffer): Transaction {
    const transaction = this.#open.get(nameOf(id));
    const now = this.#clock.now();
    if (!transaction || isExpired(transaction, now)) {
      this.#open.delete(nameOf(id));
      throw new CloudError('INVALID_ARGUMENT', EXPIRED);
    }
    transaction.used = now;
    return transaction;
  }

  /** Closes a transaction. It must be in use. */
  end({ id }: Transaction) {
    this.#open.delete(nameOf(id));
    this.#waits?.wake();
    this.#forgetCommits();
  }

  /** @throws CloudError ABORTED when something that the transaction read has been changed since it began. */
  refuseContention({ snapshot, reads }: Transaction) {
    const isLate = this.#commits.some((commit) => commit.version > snapshot && reads?.isTouchedBy(commit));
    if (isLate) throw contention();
  }

  /**
   * What a commit that touches this has to wait for; undefined if nothing. It then has to be checked anew.
   * @throws CloudError ABORTED when waiting is hopeless, and the promise when it has been too long
   */
  turn(touched: Omit<Touched, 'version'>, own: Transaction | undefined): Promise<void> | undefined {
    if (!this.#waits) return undefined;
    this.#forgetExpired(this.#clock.now());
    const readers = [...this.#open.values()].filter((other) => other !== own && other.reads?.isTouchedBy(touched));
    return readers.length > 0 ? this.#waits.wait(own, readers) : undefined;
  }

  /** Remembers a commit for as long as an open transaction may have read what it touched. */
  committed(touched: Touched) {
    this.#forgetExpired(this.#clock.now());
    if (this.#open.size > 0) this.#commits.push(touched);
  }

  clear() {
    this.#open.clear();
    this.#commits = [];
    this.#waits?.wake();
  }

  #forgetExpired(now: number) {
    for (const [name, transaction] of this.#open) if (isExpired(transaction, now)) this.#open.delete(name);
    this.#forgetCommits();
  }

  #forgetCommits() {
    if (this.#commits.length === 0) return;
    let oldest = Infinity;
    for (const { snapshot, reads } of this.#open.values()) if (reads) oldest = Math.min(oldest, snapshot);
    const first = this.#commits.findIndex(({ version }) => version > oldest);
    this.#commits = first < 0 ? [] : this.#commits.slice(first);
  }
}

const nameOf = (id: Buffer) => id.toString('latin1');

const isExpired = ({ started, used }: Transaction, now: number) =>
  now - started >= LIFETIME_MS || now - used >= IDLE_MS;
