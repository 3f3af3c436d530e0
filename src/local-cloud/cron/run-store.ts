import { join } from 'node:path';
import { openDatabaseFile } from '../database-file.ts';

/** What is remembered of a job. Times are milliseconds since the Unix epoch. */
export interface RunState {
  /** The next run by the schedule. */
  next: number;
  /** Set after a failed run that is to be repeated. */
  retry?: { at: number; count: number; since: number } | undefined;
  last?: { started: number; ended: number; status: number | undefined; reason?: string | undefined };
}

/** The states of all jobs on disk, so that a restart neither forgets nor postpones a run. */
export interface RunStore {
  read(job: string): RunState | undefined;
  write(job: string, state: RunState): void;
  close(): void;
}

export function openRunStore(dataDir: string): RunStore {
  const db = openDatabaseFile(join(dataDir, 'cron.sqlite'), (database) => {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
    database.exec('CREATE TABLE IF NOT EXISTS runs (job TEXT PRIMARY KEY, state TEXT NOT NULL) WITHOUT ROWID');
  });
  const select = db.prepare('SELECT state FROM runs WHERE job = ?');
  const put = db.prepare('INSERT OR REPLACE INTO runs (job, state) VALUES (?, ?)');
  return {
    read(job) {
      const row = select.get(job);
      return row && (JSON.parse(row['state'] as string) as RunState);
    },
    write: (job, state) => void put.run(job, JSON.stringify(state)),
    close: () => db.close(),
  };
}
