/** A run that waits for its turn. */
export interface Waiting {
  user: string;
  photo: string;
}

interface UserRuns<T> {
  waiting: T[];
  inWork: number;
}

/**
 * Runs that wait for their turn. The user with the fewest runs in work is next; among equals, the user who has waited
 * longest. The runs of one user keep their order, those of one photo together.
 */
export class FairQueue<T extends Waiting> {
  #users = new Map<string, UserRuns<T>>();
  readonly #order = new WeakMap<T, number>();
  #added = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** In the order of turns. */
  *[Symbol.iterator](): Generator<T> {
    const users = [...this.#users.values()].sort((a, b) => a.inWork - b.inWork);
    for (const { waiting } of users) yield* waiting;
  }

  /** Adds a run behind those of the same photo, or else at the end; as the user's next one if its photo is in work. */
  add(run: T, { isInWork }: { isInWork: boolean }): void {
    const { waiting } = this.#of(run);
    const same = waiting.findLastIndex(({ photo }) => photo === run.photo);
    waiting.splice(same >= 0 ? same + 1 : isInWork ? 0 : waiting.length, 0, run);
    this.#order.set(run, ++this.#added);
    this.#length += 1;
  }

  /** Removes a run from the queue: it is in work from now on. */
  start(run: T): void {
    this.remove(run);
    this.#of(run).inWork += 1;
  }

  /** Ends a run that was in work. Its user moves behind the others. */
  finish(run: T): void {
    const runs = this.#of(run);
    runs.inWork -= 1;
    this.#users.delete(run.user);
    if (runs.inWork > 0 || runs.waiting.length > 0) this.#users.set(run.user, runs);
  }

  /** Puts back a run that has started and had to stop. Its user stays in front. */
  putBack(run: T): void {
    const runs = this.#of(run);
    const order = this.#order.get(run) ?? 0;
    const later = runs.waiting.findIndex((other) => (this.#order.get(other) ?? 0) > order);
    runs.waiting.splice(later < 0 ? runs.waiting.length : later, 0, run);
    runs.inWork -= 1;
    this.#users.delete(run.user);
    this.#users = new Map([[run.user, runs], ...this.#users]);
    this.#length += 1;
  }

  /** Removes a run. Returns whether it was waiting. */
  remove(run: T): boolean {
    const { waiting, inWork } = this.#of(run);
    const at = waiting.indexOf(run);
    if (at >= 0) waiting.splice(at, 1);
    if (at >= 0) this.#length -= 1;
    if (waiting.length === 0 && inWork === 0) this.#users.delete(run.user);
    return at >= 0;
  }

  /** Removes the newest run of the user with the most of them; of `newcomer` where others have no more. */
  removeFromLongest(newcomer: T): T | undefined {
    let { waiting: longest } = this.#of(newcomer);
    for (const { waiting } of this.#users.values()) if (waiting.length > longest.length) longest = waiting;
    const newest = longest.at(-1);
    if (newest) this.remove(newest);
    return newest;
  }

  #of({ user }: T): UserRuns<T> {
    const runs = this.#users.get(user) ?? { waiting: [], inWork: 0 };
    this.#users.set(user, runs);
    return runs;
  }
}
