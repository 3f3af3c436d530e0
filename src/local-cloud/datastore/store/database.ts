import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { openDatabaseFile } from '../../database-file.ts';

/** The layout of the file. Another number in an existing file means that this program cannot read it. */
const LAYOUT = 1;

/**
 * `entry` holds every index as ordered rows: `k` begins with the number of its `space` and names one entity; `many` says
 * that the entity may stand in that index more than once. `entity` holds the entities themselves as encoded messages.
 * The `past_` tables keep what was replaced, from its birth to its death, in the order of the deaths.
 */
const TABLES = `
  CREATE TABLE space (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
  CREATE TABLE entity (id INTEGER PRIMARY KEY, version INTEGER NOT NULL, created INTEGER NOT NULL, data BLOB NOT NULL);
  CREATE TABLE entry (k BLOB PRIMARY KEY, many INTEGER NOT NULL, entity INTEGER NOT NULL, born INTEGER NOT NULL)
    WITHOUT ROWID;
  CREATE TABLE past_entity (n INTEGER PRIMARY KEY, id INTEGER NOT NULL, version INTEGER NOT NULL,
    created INTEGER NOT NULL, died INTEGER NOT NULL, data BLOB NOT NULL);
  CREATE INDEX past_entity_by_id ON past_entity (id, version);
  CREATE TABLE past_entry (n INTEGER PRIMARY KEY, k BLOB NOT NULL, many INTEGER NOT NULL, entity INTEGER NOT NULL,
    born INTEGER NOT NULL, died INTEGER NOT NULL);
  CREATE INDEX past_entry_by_k ON past_entry (k);
  CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
  CREATE TABLE reserved_id (id INTEGER PRIMARY KEY);
  CREATE TABLE built_index (definition TEXT PRIMARY KEY);
  PRAGMA user_version = ${LAYOUT};
`;

/** Opens `datastore.sqlite` in `dataDir`, making both if they are missing. */
export function openDatabase(dataDir: string): DatabaseSync {
  const path = join(dataDir, 'datastore.sqlite');
  return openDatabaseFile(path, (database) => {
    // FULL: with a write-ahead log anything less may lose the last commits when the power fails. A commit writes every
    // page that it touches to the log, a few in each index: small pages, and a longer log before they are all moved.
    // A large store is read where the system has it in memory, as far as SQLite can (2 GiB), and not copied page by page.
    // So the cache holds pages that are about to be written, and little of it is needed.
    database.exec(`
      PRAGMA page_size = 4096;
      PRAGMA auto_vacuum = INCREMENTAL;
      PRAGMA wal_autocheckpoint = 4000;
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      PRAGMA cache_size = -16384;
      PRAGMA mmap_size = 2147418112;
    `);
    const layout = Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
    if (layout === 0) database.exec(`BEGIN; ${TABLES} COMMIT;`);
    else if (layout !== LAYOUT) throw new Error(`It has layout ${layout}; this program reads ${LAYOUT}. Move it away.`);
    else letSpaceBeGivenBack(database);
  });
}

/** The largest file that is rewritten, in pages: 256 MiB take some three seconds. */
const LARGEST_REWRITE = 65_536;

/** Rewrites a file of an earlier version once, unless it is large: the vacuum mode of a file is fixed when it is made. */
function letSpaceBeGivenBack(database: DatabaseSync): void {
  const number = (pragma: string) => Number(Object.values(database.prepare(`PRAGMA ${pragma}`).get() ?? {})[0]);
  if (number('auto_vacuum') !== 0 || number('page_count') > LARGEST_REWRITE) return;
  database.exec('PRAGMA auto_vacuum = INCREMENTAL; VACUUM;');
}
