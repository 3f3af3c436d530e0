import type { Clock } from '../../../runtime/clock.ts';
import { contention, tooMuchContention } from './contention.ts';
import type { Transaction } from './transaction.ts';

/** How long a commit waits for the readers of what it changes. */
const PATIENCE_MS = 20_000;

/** The commits that wait for transactions to end. */
export class CommitQueue {
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
