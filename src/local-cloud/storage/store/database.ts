import type { DatabaseSync } from 'node:sqlite';
import { openDatabaseFile } from '../../database-file.ts';

/**
 * TEXT keys compare by their UTF-8 bytes (collation BINARY), which is the order in which Cloud Storage lists names.
 * Times are milliseconds since the Unix epoch. `fields` is the JSON text of what a caller may set.
 */
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS buckets (
    name TEXT PRIMARY KEY, metageneration INTEGER NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL,
    fields TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS objects (
    bucket TEXT NOT NULL, name TEXT NOT NULL, generation INTEGER NOT NULL, metageneration INTEGER NOT NULL,
    blob TEXT NOT NULL UNIQUE, size INTEGER NOT NULL, crc32c TEXT NOT NULL, md5 TEXT, components INTEGER,
    created INTEGER NOT NULL, updated INTEGER NOT NULL, noncurrent INTEGER, fields TEXT NOT NULL,
    holdReleased INTEGER,
    PRIMARY KEY (bucket, name, generation)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS soft_deleted (
    bucket TEXT NOT NULL, name TEXT NOT NULL, generation INTEGER NOT NULL, metageneration INTEGER NOT NULL,
    blob TEXT NOT NULL UNIQUE, size INTEGER NOT NULL, crc32c TEXT NOT NULL, md5 TEXT, components INTEGER,
    created INTEGER NOT NULL, updated INTEGER NOT NULL, noncurrent INTEGER, fields TEXT NOT NULL,
    holdReleased INTEGER, softDeleted INTEGER NOT NULL, hardDelete INTEGER NOT NULL,
    PRIMARY KEY (bucket, name, generation)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS soft_deleted_by_end ON soft_deleted (hardDelete);
  CREATE TABLE IF NOT EXISTS sessions (
    id TEXT PRIMARY KEY, blob TEXT NOT NULL, received INTEGER NOT NULL, created INTEGER NOT NULL,
    state TEXT NOT NULL, target TEXT NOT NULL, object TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS garbage (blob TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
`;

/** Opens the metadata. A committed transaction survives a power failure. */
export function openDatabase(file: string): DatabaseSync {
  return openDatabaseFile(file, (database) => {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
    database.exec(SCHEMA);
    addHoldReleased(database);
  });
}

/** Files of older versions have no time of a hold's release. */
function addHoldReleased(database: DatabaseSync): void {
  const columns = database.prepare('PRAGMA table_info(objects)').all();
  if (columns.some(({ name }) => name === 'holdReleased')) return;
  database.exec('ALTER TABLE objects ADD COLUMN holdReleased INTEGER');
}

/** Runs `change` in one transaction. */
export function inTransaction<T>(database: DatabaseSync, change: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = change();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
