import type { Checksums } from './checksums.ts';

interface Turn {
  abort: () => void;
  done: Promise<unknown>;
}

/** What this process remembers of resumable sessions: who is writing, and the running checksums. */
export class LiveSessions {
  /** The checksums of the bytes kept so far. They can be computed again from the bytes. */
  readonly sums = new Map<string, Checksums>();
  #turns = new Map<string, Turn>();

  /**
   * Runs `work` alone on a session. An earlier request that still runs is aborted first: its client has lost the
   * connection, or it would not ask again.
   */
  async alone<T>(id: string, abort: () => void, work: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(id);
    before?.abort();
    const turn = { abort, done: after(before, work) };
    this.#turns.set(id, turn);
    try {
      return await turn.done;
    } finally {
      if (this.#turns.get(id) === turn) this.#turns.delete(id);
    }
  }
}

async function after<T>(before: Turn | undefined, work: () => Promise<T>): Promise<T> {
  // The earlier request reports its own outcome.
  await before?.done.catch(() => undefined);
  return work();
}
