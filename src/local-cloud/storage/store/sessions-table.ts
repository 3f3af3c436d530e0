import type { DatabaseSync } from 'node:sqlite';
import type { Session } from '../engine/session.ts';
import { StorageError } from '../storage-error.ts';

/** The rows of resumable sessions, by the id that their URI carries. */
export function sessionsTable(database: DatabaseSync) {
  const one = database.prepare('SELECT * FROM sessions WHERE id = ?');
  const insert = database.prepare('INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?, NULL)');
  const update = database.prepare('UPDATE sessions SET received = ?, state = ?, object = ? WHERE id = ?');
  const remove = database.prepare('DELETE FROM sessions WHERE id = ?');
  const openedBefore = database.prepare('SELECT * FROM sessions WHERE created <= ?');
  return {
    get(id: string): Session | undefined {
      const row = one.get(id);
      return row && fromRow(row);
    },
    openedBefore(time: number): Session[] {
      return openedBefore.all(time).map(fromRow);
    },
    insert(session: Session): void {
      const { id, blob, received, created, state, target } = session;
      insert.run(id, blob, received, created, state, JSON.stringify(target));
    },
    /** Writes what changes in the life of a session. Throws `gone` if it has been removed meanwhile. */
    update({ id, received, state, object }: Session): void {
      const { changes } = update.run(received, state, object && JSON.stringify(object), id);
      if (changes === 0) throw new StorageError('gone', 'The upload session has been removed.');
    },
    remove(id: string): void {
      remove.run(id);
    },
  };
}

function fromRow(row: Record<string, unknown>): Session {
  const target = JSON.parse(row.target as string) as Session['target'];
  const object = JSON.parse((row.object as string | null) ?? 'null') as Session['object'];
  return { ...(row as unknown as Session), target, object };
}
