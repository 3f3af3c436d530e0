import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** How many rows of a table one call removes at least: few enough not to be felt. */
const BATCH = 200;

/** Forgets what died long ago. */
export class Past {
  readonly #tables: { oldest: StatementSync; remove: StatementSync }[];

  constructor(database: DatabaseSync) {
    this.#tables = ['past_entity', 'past_entry'].map((table) => ({
      oldest: database.prepare(`SELECT n, died FROM ${table} ORDER BY n LIMIT 1`),
      // Rows lie in the order of their deaths, so the oldest are the first.
      remove: database.prepare(`DELETE FROM ${table} WHERE n < ? AND died < ?`),
    }));
  }

  /** Removes some of what died before version `horizon`: more than `added`, so that the past cannot grow for ever. */
  prune(horizon: number, added: number) {
    for (const { oldest, remove } of this.#tables) {
      const first = oldest.get();
      if (first && Number(first['died']) < horizon) remove.run(Number(first['n']) + BATCH + 2 * added, horizon);
    }
  }
}
