import { join } from 'node:path';
import type { ClockMark } from '../../../runtime/clock-watch.ts';
import { openBlobs, type Blobs } from './blobs.ts';
import { bucketsTable, objectsTable, sessionsTable, softDeletedTable } from './tables.ts';
import { inTransaction, openDatabase } from './database.ts';
import type { DatabaseSync } from 'node:sqlite';

/** The data on disk: metadata in SQLite, bytes in files. Rows name only bytes that exist. */
export type Store = ReturnType<typeof openStore>;

/** A change that waits for its group commit. */
interface QueuedChange {
  change: () => unknown;
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

/** Opens the store below `dataDir` and repairs what a crash has left incomplete. */
export function openStore(dataDir: string) {
  const database = openDatabase(join(dataDir, 'storage.sqlite'));
  const blobs = openBlobs(join(dataDir, 'objects'));
  sweepLeftovers(database, blobs);
  const note = database.prepare('INSERT OR IGNORE INTO garbage VALUES (?)');
  const forget = database.prepare('DELETE FROM garbage WHERE blob = ?');
  const removed: string[] = [];
  let dropped: string[] = [];
  let queue: QueuedChange[] = [];
  const read = database.prepare('SELECT value FROM counters WHERE name = ?');
  const write = database.prepare('INSERT OR REPLACE INTO counters VALUES (?, ?)');
  const counter = (name: string) => Number(read.get(name)?.value ?? 0);
  const setCounter = (name: string, value: number) => void write.run(name, value);

  function transaction<T>(change: () => T): T {
    dropped = [];
    const result = inTransaction(database, () => {
      for (const blob of removed.splice(0)) forget.run(blob);
      return change();
    });
    removed.push(...dropped.filter((blob) => blobs.remove(blob)));
    return result;
  }

  function commitQueue(): void {
    const batch = queue;
    queue = [];
    try {
      const settles = transaction(() => batch.map(runQueued));
      for (const settle of settles) settle();
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  /** Runs one change on a savepoint. Returns what tells its caller the outcome once the transaction is committed. */
  function runQueued({ change, resolve, reject }: QueuedChange): () => void {
    const droppedBefore = dropped.length;
    database.exec('SAVEPOINT queued');
    try {
      const result = change();
      database.exec('RELEASE queued');
      return () => resolve(result);
    } catch (error) {
      // A full disk ends the whole transaction, with its savepoints.
      if (!database.isTransaction) throw error;
      database.exec('ROLLBACK TO queued; RELEASE queued');
      dropped.length = droppedBefore;
      return () => reject(error);
    }
  }

  return {
    blobs,
    buckets: bucketsTable(database),
    objects: objectsTable(database),
    softDeleted: softDeletedTable(database),
    sessions: sessionsTable(database),
    counter,
    setCounter,
    clockMark(): ClockMark | undefined {
      const mark = { since: counter('clock since'), seen: counter('clock seen') };
      return mark.seen > 0 ? mark : undefined;
    },
    keepClockMark: ({ since, seen }: ClockMark) =>
      inTransaction(database, () => {
        setCounter('clock since', since);
        setCounter('clock seen', seen);
      }),
    /** Runs `change` in one transaction, then removes the bytes that it dropped. */
    transaction,
    /**
     * Runs `change` in one transaction with the other changes of this turn of the event loop, so that they share one sync
     * (group commit). An error of one change undoes that change alone.
     */
    groupCommit: <T>(change: () => T): Promise<T> =>
      new Promise((resolve, reject) => {
        queue.push({ change, resolve, reject });
        if (queue.length === 1) setImmediate(commitQueue);
      }),
    /** Inside a transaction: marks bytes for removal. They are noted as garbage, so that a crash cannot leak them. */
    drop(blob: string): void {
      note.run(blob);
      dropped.push(blob);
    },
    /** Forgets everything that has been acknowledged. */
    clear(): void {
      const kept = database.prepare('SELECT blob FROM objects UNION ALL SELECT blob FROM soft_deleted').all();
      for (const { blob } of kept) blobs.remove(String(blob));
      for (const { blob } of database.prepare('SELECT blob FROM sessions').all()) blobs.discard(String(blob));
      database.exec('DELETE FROM objects; DELETE FROM soft_deleted; DELETE FROM sessions; DELETE FROM buckets;');
    },
    close: () => database.close(),
  };
}

/**
 * Makes files and rows agree after a crash: bytes of a committed object are moved to their place, those of an open session
 * are cut to what was acknowledged, all others are removed. The work grows only with what was in progress.
 */
function sweepLeftovers(database: DatabaseSync, blobs: Blobs): void {
  const owner = database.prepare(
    'SELECT blob FROM objects WHERE blob = ?1 UNION SELECT blob FROM soft_deleted WHERE blob = ?1',
  );
  const session = database.prepare("SELECT received FROM sessions WHERE blob = ? AND state = 'open'");
  for (const blob of blobs.leftovers()) {
    const kept = session.get(blob)?.received;
    if (owner.get(blob)) blobs.settle(blob);
    else if (kept) blobs.truncate(blob, Number(kept));
    else blobs.discard(blob);
  }
  for (const { blob } of database.prepare('SELECT blob FROM garbage').all()) blobs.remove(String(blob));
  database.exec('DELETE FROM garbage');
}
