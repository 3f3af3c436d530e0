import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** How long the past can be read, in the microseconds of versions: an hour, as in Datastore. */
export const PAST_MICROS = 3_600_000_000;

/** Rows of a table that one call removes: few enough not to delay a commit. */
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

  /**
   * Removes some of what died before version `horizon`: more than `added`, so that the past cannot grow without bound.
   * Returns whether anything was removed.
   */
  prune(horizon: number, added = 0): boolean {
    let removed = false;
    for (const { oldest, remove } of this.#tables) {
      const first = oldest.get();
      if (!first || Number(first['died']) >= horizon) continue;
      remove.run(Number(first['n']) + BATCH + 2 * added, horizon);
      removed = true;
    }
    return removed;
  }
}
