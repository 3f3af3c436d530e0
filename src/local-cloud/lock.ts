import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * Takes a data folder for this process alone, and creates it if need be. The lock is the operating system's (SQLite
 * holds it on a file), so that it goes with the process however that ends. The returned function gives it back.
 * Throws an Error that says what to do when another process has the folder.
 */
export function lockDataDir(dataDir: string): () => void {
  mkdirSync(dataDir, { recursive: true });
  const file = new DatabaseSync(join(dataDir, 'lock'));
  try {
    file.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    file.close();
    throw new Error(`Another program is using ${dataDir}. Stop it, or choose another data folder.`, { cause });
  }
  return () => file.close();
}
