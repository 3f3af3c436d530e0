import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { reasonOf } from './cloud-error.ts';
import { diskFault } from './disk-fault.ts';

/**
 * Opens or makes a file of SQLite's, and its folder; `setUp` makes what is missing in it.
 * @throws Error that names the file and says what to do
 */
export function openDatabaseFile(path: string, setUp: (database: DatabaseSync) => void): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    mkdirSync(dirname(path), { recursive: true });
    database = new DatabaseSync(path);
    setUp(database);
    return database;
  } catch (cause) {
    database?.close();
    throw new Error(`${path}: ${diskFault(cause)?.message ?? reasonOf(cause)}`, { cause });
  }
}
