import type { DatabaseSync } from 'node:sqlite';
import type { SoftDeletedObject } from '../engine/object.ts';
import { fromRow, toRow, type Position } from './objects-table.ts';

type Key = Pick<SoftDeletedObject, 'bucket' | 'name' | 'generation'>;

/** The rows of generations that were deleted softly: those of objects, with the times of both ends. */
export function softDeletedTable(database: DatabaseSync) {
  const key = 'bucket = ? AND name = ? AND generation = ?';
  const one = database.prepare(`SELECT * FROM soft_deleted WHERE ${key}`);
  const put = database.prepare('INSERT INTO soft_deleted VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const remove = database.prepare(`DELETE FROM soft_deleted WHERE ${key}`);
  const removeAll = database.prepare('DELETE FROM soft_deleted WHERE bucket = ? RETURNING blob');
  const due = database.prepare('SELECT * FROM soft_deleted WHERE hardDelete <= ?');
  const scan = database.prepare(RANGE);
  return {
    get(bucket: string, name: string, generation: number): SoftDeletedObject | undefined {
      const row = one.get(bucket, name, generation);
      return row && read(row);
    },
    /** As with objects: from `from` up to, not with, the name `until` (undefined: to the end), in list order. */
    *range(bucket: string, from: Position, until: string | undefined): Generator<SoftDeletedObject> {
      for (const row of scan.iterate(bucket, from.name, from.generation, until ?? null)) yield read(row);
    },
    /** Those whose time has come. */
    dueAt: (time: number) => due.all(time).map(read),
    put(object: SoftDeletedObject): void {
      put.run(...toRow(object), object.softDeleted, object.hardDelete);
    },
    remove({ bucket, name, generation }: Key): void {
      remove.run(bucket, name, generation);
    },
    /** Removes those of a bucket, and returns the names of their bytes. */
    removeAll: (bucket: string) => removeAll.all(bucket).map(({ blob }) => String(blob)),
  };
}

// The cast stands for "after every name": no UTF-8 text begins with the byte FF.
const RANGE = `
  SELECT * FROM soft_deleted
  WHERE bucket = ? AND (name, generation) >= (?, ?) AND name < coalesce(?, CAST(x'FF' AS TEXT))
  ORDER BY name, generation`;

const read = (row: Record<string, unknown>) => fromRow(row) as SoftDeletedObject;
