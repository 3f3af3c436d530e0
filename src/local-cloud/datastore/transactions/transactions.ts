import { randomBytes } from 'node:crypto';
import type { Clock } from '../../../runtime/clock.ts';
import { CloudError } from '../../cloud-error.ts';
import { contention, tooMuchContention } from './contention.ts';
import { ReadSet, isExpired, type Touched, type Transaction } from './transaction.ts';

/** How concurrent transactions are isolated: see Google's "Transaction concurrency modes". */
export type Concurrency = 'optimistic' | 'pessimistic';

/**
 * The open transactions, and the commits since they began. Optimistic: the first commit wins, and transactions that have
 * read what it changes are aborted. Pessimistic: a commit waits until they have ended.
 */
export class Transactions {
  readonly #clock: Clock;
  readonly #waits: CommitQueue | undefined;
  readonly #open = new Map<string, Transaction>();
  #commits: Touched[] = [];
  #sweptAt = -Infinity;

  constructor(clock: Clock, concurrency: Concurrency) {
    this.#clock = clock;
    this.#waits = concurrency === 'pessimistic' ? new CommitQueue(clock) : undefined;
  }

  begin(snapshot: number, readOnly: boolean): Transaction {
    const now = this.#clock.elapsed();
    // Most transactions that read are never ended, so there may be thousands.
    if (now - this.#sweptAt >= SWEEP_MS) this.#forgetExpired(now);
    const reads = readOnly ? undefined : new ReadSet();
    const transaction = { id: randomBytes(16), snapshot, reads, started: now, used: now, isEnding: false };
    this.#open.set(nameOf(transaction.id), transaction);
    return transaction;
  }

  /** @throws CloudError INVALID_ARGUMENT when it is over or never was. */
  use(id: Buffer): Transaction {
    const transaction = this.#open.get(nameOf(id));
    const now = this.#clock.elapsed();
    if (!transaction || transaction.isEnding || isExpired(transaction, now)) throw expired();
    transaction.used = now;
    return transaction;
  }

  /** As `use`, for the last time: `end` follows. */
  useLast(id: Buffer): Transaction {
    const transaction = this.use(id);
    transaction.isEnding = true;
    return transaction;
  }

  /** Closes a transaction. */
  end({ id }: Transaction) {
    this.#open.delete(nameOf(id));
    this.#waits?.wake();
    this.#forgetCommits();
  }

  /**
   * @throws CloudError ABORTED when something that the transaction read has been changed since it began
   * @throws CloudError INVALID_ARGUMENT when it has expired while it waited
   */
  refuseContention({ id, snapshot, reads }: Transaction) {
    if (!this.#open.has(nameOf(id))) throw expired();
    const isLate = this.#commits.some((commit) => commit.version > snapshot && reads?.isTouchedBy(commit));
    if (isLate) throw contention();
  }

  /**
   * What a commit that touches these keys has to wait for; undefined if nothing. The commit is checked again after.
   * @throws CloudError ABORTED when waiting cannot help. The promise rejects with it when the wait has been too long.
   */
  turn(touched: Omit<Touched, 'version'>, own: Transaction | undefined): Promise<void> | undefined {
    if (!this.#waits) return undefined;
    this.#forgetExpired(this.#clock.elapsed());
    const readers = [...this.#open.values()].filter((other) => other !== own && other.reads?.isTouchedBy(touched));
    return readers.length > 0 ? this.#waits.wait(own, readers) : undefined;
  }

  /** Remembers a commit for as long as an open transaction may have read what it touched. */
  committed(touched: Touched) {
    this.#forgetExpired(this.#clock.elapsed());
    if (this.#open.size > 0) this.#commits.push(touched);
  }

  clear() {
    this.#open.clear();
    this.#commits = [];
    this.#waits?.wake();
  }

  #forgetExpired(now: number) {
    this.#sweptAt = now;
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

/** The time between two looks for expired transactions while none is committed. */
const SWEEP_MS = 1_000;

const expired = () =>
  new CloudError('INVALID_ARGUMENT', 'The referenced transaction has expired or is no longer valid.');

const nameOf = (id: Buffer) => id.toString('latin1');

/** How long a commit waits for the readers of what it changes. */
const PATIENCE_MS = 20_000;

/** The commits that wait for transactions to end. */
class CommitQueue {
  readonly #clock: Clock;
  readonly #waiting = new Set<{ own: Transaction | undefined; readers: Transaction[]; go: () => void }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Resolves when a transaction has ended.
   * @throws CloudError ABORTED when one of the readers waits for `own`, and after 20 s of the clock
   */
  wait(own: Transaction | undefined, readers: Transaction[]): Promise<void> {
    if (own && readers.some((reader) => this.#waitsFor(reader, own))) throw contention();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const cancel = this.#clock.after(PATIENCE_MS, () => {
      this.#waiting.delete(waiter);
      reject(tooMuchContention());
    });
    const waiter = { own, readers, go: () => (cancel(), resolve()) };
    this.#waiting.add(waiter);
    return promise;
  }

  /** Wakes all waiting commits: a transaction has ended. */
  wake() {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const { go } of waiting) go();
  }

  #waitsFor(transaction: Transaction, other: Transaction): boolean {
    const readers = [...this.#waiting].find(({ own }) => own === transaction)?.readers ?? [];
    return readers.some((reader) => reader === other || this.#waitsFor(reader, other));
  }
}
