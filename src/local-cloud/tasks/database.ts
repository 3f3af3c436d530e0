import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { openDatabaseFile } from '../database-file.ts';

/** Times are microseconds since the epoch. A task on its way has `in_flight` > 0 and so is in no index of what waits. */
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS queues (name TEXT PRIMARY KEY, record TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS deleted_queues (name TEXT PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS tasks (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    queue TEXT NOT NULL,
    id TEXT NOT NULL,
    due INTEGER NOT NULL,
    created INTEGER NOT NULL,
    via_app INTEGER NOT NULL,
    target TEXT NOT NULL,
    body BLOB,
    deadline INTEGER NOT NULL,
    in_flight INTEGER NOT NULL DEFAULT 0,
    dispatches INTEGER NOT NULL DEFAULT 0,
    responses INTEGER NOT NULL DEFAULT 0,
    executions INTEGER NOT NULL DEFAULT 0,
    first_dispatch INTEGER,
    last_attempt TEXT,
    UNIQUE (queue, id)
  );
  CREATE INDEX IF NOT EXISTS tasks_waiting ON tasks (queue, due, sequence, via_app) WHERE in_flight = 0;
  CREATE INDEX IF NOT EXISTS tasks_by_age ON tasks (created);
  CREATE TABLE IF NOT EXISTS taken_names (
    queue TEXT NOT NULL, id TEXT NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (queue, id)
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS taken_names_by_end ON taken_names (until);
  CREATE TABLE IF NOT EXISTS clock (id INTEGER PRIMARY KEY CHECK (id = 1), since INTEGER NOT NULL, seen INTEGER NOT NULL);
`;

/** Opens (or makes) the file of all queues and tasks. What was on its way when the last process ended waits again. */
export function openTasksDatabase(dataDir: string): DatabaseSync {
  return openDatabaseFile(join(dataDir, 'tasks.sqlite'), (db) => {
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
    db.exec(SCHEMA);
    addExecutions(db);
    db.exec('UPDATE tasks SET in_flight = 0 WHERE in_flight > 0');
  });
}

/** Files of earlier versions lack this column. */
function addExecutions(db: DatabaseSync): void {
  const columns = db.prepare('PRAGMA table_info(tasks)').all();
  if (columns.some(({ name }) => name === 'executions')) return;
  db.exec(
    'ALTER TABLE tasks ADD COLUMN executions INTEGER NOT NULL DEFAULT 0; UPDATE tasks SET executions = responses',
  );
}
