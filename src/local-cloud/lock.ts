import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { reasonOf } from './cloud-error.ts';

/** The code of SQLite for a lock that another one holds (sqlite3.h). */
const SQLITE_BUSY = 5;

/**
 * Locks a data folder for this process, and creates it if it is missing. The lock is the operating system's (SQLite holds
 * it on a file), so that it ends with the process. Returns a function that releases it.
 * @throws Error that says what to do when another process has the folder, or why it cannot be used
 */
export function lockDataDir(dataDir: string): () => void {
  let file: DatabaseSync | undefined;
  try {
    mkdirSync(dataDir, { recursive: true });
    file = new DatabaseSync(join(dataDir, 'lock'));
    file.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    file?.close();
    throw new Error(refusal(dataDir, cause), { cause });
  }
  const held = file;
  return () => held.close();
}

function refusal(dataDir: string, cause: unknown): string {
  const busy = (cause as { errcode?: unknown }).errcode === SQLITE_BUSY;
  if (busy) return `Another program is using ${dataDir}. Stop it, or choose another data folder.`;
  return `The data folder ${dataDir} cannot be used: ${reasonOf(cause)}`;
}
