import type { Clock } from '../../../runtime/clock.ts';
import type { Query } from '../protocol.ts';
import { MissingIndex, type UsedIndex } from '../query/index-choice.ts';
import type { CompositeIndex } from './composite-index.ts';

interface Use {
  queries: number;
  lastMs: number;
}

/** A query that was refused for want of an index. */
export interface RefusedQuery {
  query: Query;
  needed: CompositeIndex;
  atMs: number;
}

/** Refused queries that are kept. */
const MOST_REFUSED = 10;

/** Which indexes queries have used since the start, and which queries found none. */
export class IndexUse {
  readonly #clock: Clock;
  readonly #uses = new Map<string, Use>();
  #refused: RefusedQuery[] = [];
  sinceMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.sinceMs = clock.now();
  }

  /** Runs a query and notes the indexes that it used, or the one that it lacked. */
  noted<T extends { indexes: UsedIndex[] }>(query: Query, run: () => T): T {
    try {
      const result = run();
      this.#count(result.indexes);
      return result;
    } catch (error) {
      if (error instanceof MissingIndex) this.#refuse(query, error.index);
      throw error;
    }
  }

  of(index: UsedIndex): Use | undefined {
    return this.#uses.get(JSON.stringify(index));
  }

  /** The newest first, each needed index once. */
  refused(): readonly RefusedQuery[] {
    return this.#refused;
  }

  clear(): void {
    this.#uses.clear();
    this.#refused = [];
    this.sinceMs = this.#clock.now();
  }

  /** A query with several parts counts once for each index. */
  #count(indexes: UsedIndex[]): void {
    const lastMs = this.#clock.now();
    for (const name of new Set(indexes.map((index) => JSON.stringify(index)))) {
      this.#uses.set(name, { queries: (this.#uses.get(name)?.queries ?? 0) + 1, lastMs });
    }
  }

  #refuse(query: Query, needed: CompositeIndex): void {
    const name = JSON.stringify(needed);
    const others = this.#refused.filter((refused) => JSON.stringify(refused.needed) !== name);
    this.#refused = [{ query, needed, atMs: this.#clock.now() }, ...others].slice(0, MOST_REFUSED);
  }
}
