import type { DatabaseSync } from 'node:sqlite';
import type { Blobs } from './blobs.ts';

/**
 * Brings files and rows together again after a crash: bytes of a committed object go to their place, those of an open
 * session are cut to what was acknowledged, all others are removed. The work grows with what was under way alone.
 */
export function sweepLeftovers(database: DatabaseSync, blobs: Blobs): void {
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
