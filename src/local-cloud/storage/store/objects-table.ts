import type { DatabaseSync } from 'node:sqlite';
import type { StoredObject } from '../engine/object.ts';

/** A place in the list of a bucket: the first entry at or after this name and generation. */
export interface Position {
  name: string;
  generation: number;
}

/** The rows of object generations, by bucket, name and generation. */
export function objectsTable(database: DatabaseSync) {
  const key = 'bucket = ? AND name = ? AND generation = ?';
  const live = database.prepare('SELECT * FROM objects WHERE bucket = ? AND name = ? AND noncurrent IS NULL');
  const one = database.prepare(`SELECT * FROM objects WHERE ${key}`);
  const put = database.prepare('INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const remove = database.prepare(`DELETE FROM objects WHERE ${key}`);
  const scan = database.prepare(RANGE);
  const newer = database.prepare(
    'SELECT count(*) AS count FROM objects WHERE bucket = ? AND name = ? AND generation > ?',
  );
  return {
    live(bucket: string, name: string): StoredObject | undefined {
      const row = live.get(bucket, name);
      return row && fromRow(row);
    },
    get(bucket: string, name: string, generation: number): StoredObject | undefined {
      const row = one.get(bucket, name, generation);
      return row && fromRow(row);
    },
    /** The objects of a bucket from `from` up to, not with, the name `until` (undefined: to the end), in list order. */
    *range(bucket: string, from: Position, until: string | undefined, versions: boolean): Generator<StoredObject> {
      const rows = scan.iterate(bucket, from.name, from.generation, until ?? null, versions ? 1 : 0);
      for (const row of rows) yield fromRow(row);
    },
    countNewer: ({ bucket, name, generation }: StoredObject) => Number(newer.get(bucket, name, generation)?.count),
    put(object: StoredObject): void {
      put.run(...toRow(object));
    },
    remove({ bucket, name, generation }: StoredObject): void {
      remove.run(bucket, name, generation);
    },
  };
}

// The cast stands for "after every name": no UTF-8 text begins with the byte FF.
const RANGE = `
  SELECT * FROM objects
  WHERE bucket = ? AND (name, generation) >= (?, ?) AND name < coalesce(?, CAST(x'FF' AS TEXT))
    AND (noncurrent IS NULL OR ?)
  ORDER BY name, generation`;

/** The values of a row, in the order of the columns. */
export function toRow(object: StoredObject) {
  const { bucket, name, generation, metageneration, blob, size, crc32c, md5, components } = object;
  const { created, updated, noncurrent, fields, holdReleased } = object;
  const identity = [bucket, name, generation, metageneration] as const;
  return [
    ...identity,
    blob,
    size,
    crc32c,
    md5,
    components,
    created,
    updated,
    noncurrent,
    JSON.stringify(fields),
    holdReleased,
  ] as const;
}

export function fromRow(row: Record<string, unknown>): StoredObject {
  return { ...(row as unknown as StoredObject), fields: JSON.parse(row.fields as string) as StoredObject['fields'] };
}
