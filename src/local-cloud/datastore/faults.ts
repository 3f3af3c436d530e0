import type { CommitRequest } from './protocol.ts';
import { contention } from './transactions/contention.ts';

/** The faults that a test can inject. */
export class Faults {
  #aborts = 0;
  #abortsEach = false;
  readonly #abortedBefore = new Set<string>();

  /** The next `count` transactional commits end in ABORTED. */
  abortCommits(count: number): void {
    this.#aborts = count;
  }

  /** How many commits are still to end in ABORTED. */
  get aborts(): number {
    return this.#aborts;
  }

  get abortsEach(): boolean {
    return this.#abortsEach;
  }

  /** Every transaction ends in ABORTED once. The next transaction that writes to one of its groups succeeds. */
  abortEachOnce(on: boolean): void {
    this.#abortsEach = on;
    this.#abortedBefore.clear();
  }

  /**
   * Called for every transactional commit.
   * @throws CloudError ABORTED if it is to fail
   */
  strike(request: CommitRequest): void {
    if (this.#aborts > 0) {
      this.#aborts--;
      throw contention();
    }
    const groups = this.#abortsEach ? groupsOf(request) : [];
    if (groups.length === 0) return;
    // One name is enough: an entity with an allocated id gets another id in each attempt.
    const isSecondTry = groups.some((group) => this.#abortedBefore.has(group));
    for (const group of groups)
      if (isSecondTry) this.#abortedBefore.delete(group);
      else this.#abortedBefore.add(group);
    if (!isSecondTry) throw contention();
  }
}

const groupsOf = ({ mutations = [] }: CommitRequest) =>
  mutations.map(({ insert, update, upsert, delete: gone }) => {
    const key = (insert ?? update ?? upsert)?.key ?? gone;
    return JSON.stringify([key?.partitionId, key?.path[0]]);
  });
