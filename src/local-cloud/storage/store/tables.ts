import type { DatabaseSync } from 'node:sqlite';
import type { Bucket } from '../engine/bucket.ts';
import type { StoredObject, SoftDeletedObject } from '../engine/object.ts';
import type { Session } from '../engine/session.ts';
import { StorageError } from '../storage-error.ts';

/** The rows of buckets, by name. */
export function bucketsTable(database: DatabaseSync) {
  const one = database.prepare('SELECT * FROM buckets WHERE name = ?');
  const scan = database.prepare('SELECT * FROM buckets WHERE name >= ? ORDER BY name');
  const put = database.prepare('INSERT OR REPLACE INTO buckets VALUES (?, ?, ?, ?, ?)');
  const remove = database.prepare('DELETE FROM buckets WHERE name = ?');
  return {
    get(name: string): Bucket | undefined {
      const row = one.get(name);
      return row && bucketFrom(row);
    },
    /** Every bucket from the name `from` on, in the order of names. */
    *from(from: string): Generator<Bucket> {
      for (const row of scan.iterate(from)) yield bucketFrom(row);
    },
    put(bucket: Bucket): void {
      const { name, metageneration, created, updated, fields } = bucket;
      put.run(name, metageneration, created, updated, JSON.stringify(fields));
    },
    remove(name: string): void {
      remove.run(name);
    },
  };
}

function bucketFrom(row: Record<string, unknown>): Bucket {
  return { ...(row as unknown as Bucket), fields: JSON.parse(row.fields as string) as Bucket['fields'] };
}

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
  const scan = database.prepare(OBJECT_RANGE);
  const newer = database.prepare(
    'SELECT count(*) AS count FROM objects WHERE bucket = ? AND name = ? AND generation > ?',
  );
  const measured = database.prepare(`SELECT count(*) AS count, coalesce(sum(size), 0) AS bytes
    FROM (SELECT size FROM objects WHERE bucket = ? AND noncurrent IS NULL LIMIT ?)`);
  return {
    live(bucket: string, name: string): StoredObject | undefined {
      const row = live.get(bucket, name);
      return row && objectFrom(row);
    },
    get(bucket: string, name: string, generation: number): StoredObject | undefined {
      const row = one.get(bucket, name, generation);
      return row && objectFrom(row);
    },
    /** The objects of a bucket from `from` up to, not with, the name `until` (undefined: to the end), in list order. */
    *range(bucket: string, from: Position, until: string | undefined, versions: boolean): Generator<StoredObject> {
      const rows = scan.iterate(bucket, from.name, from.generation, until ?? null, versions ? 1 : 0);
      for (const row of rows) yield objectFrom(row);
    },
    /** How many live objects a bucket has and their bytes, of the first `most` objects. */
    measure(bucket: string, most: number): { count: number; bytes: number } {
      const { count, bytes } = measured.get(bucket, most) ?? {};
      return { count: Number(count), bytes: Number(bytes) };
    },
    countNewer: ({ bucket, name, generation }: StoredObject) => Number(newer.get(bucket, name, generation)?.count),
    put(object: StoredObject): void {
      put.run(...objectRow(object));
    },
    remove({ bucket, name, generation }: StoredObject): void {
      remove.run(bucket, name, generation);
    },
  };
}

// The cast stands for "after every name": no UTF-8 text begins with the byte FF.
const OBJECT_RANGE = `
  SELECT * FROM objects
  WHERE bucket = ? AND (name, generation) >= (?, ?) AND name < coalesce(?, CAST(x'FF' AS TEXT))
    AND (noncurrent IS NULL OR ?)
  ORDER BY name, generation`;

/** The values of a row, in the order of the columns. */
function objectRow(object: StoredObject) {
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

function objectFrom(row: Record<string, unknown>): StoredObject {
  return { ...(row as unknown as StoredObject), fields: JSON.parse(row.fields as string) as StoredObject['fields'] };
}

type Key = Pick<SoftDeletedObject, 'bucket' | 'name' | 'generation'>;

/** The rows of generations that were deleted softly: those of objects, with the times of both ends. */
export function softDeletedTable(database: DatabaseSync) {
  const key = 'bucket = ? AND name = ? AND generation = ?';
  const one = database.prepare(`SELECT * FROM soft_deleted WHERE ${key}`);
  const put = database.prepare('INSERT INTO soft_deleted VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const remove = database.prepare(`DELETE FROM soft_deleted WHERE ${key}`);
  const removeAll = database.prepare('DELETE FROM soft_deleted WHERE bucket = ? RETURNING blob');
  const due = database.prepare('SELECT * FROM soft_deleted WHERE hardDelete <= ?');
  const scan = database.prepare(SOFT_DELETED_RANGE);
  return {
    get(bucket: string, name: string, generation: number): SoftDeletedObject | undefined {
      const row = one.get(bucket, name, generation);
      return row && softDeletedFrom(row);
    },
    /** As with objects: from `from` up to, not with, the name `until` (undefined: to the end), in list order. */
    *range(bucket: string, from: Position, until: string | undefined): Generator<SoftDeletedObject> {
      for (const row of scan.iterate(bucket, from.name, from.generation, until ?? null)) yield softDeletedFrom(row);
    },
    /** Those whose time has come. */
    dueAt: (time: number) => due.all(time).map(softDeletedFrom),
    put(object: SoftDeletedObject): void {
      put.run(...objectRow(object), object.softDeleted, object.hardDelete);
    },
    remove({ bucket, name, generation }: Key): void {
      remove.run(bucket, name, generation);
    },
    /** Removes those of a bucket, and returns the names of their bytes. */
    removeAll: (bucket: string) => removeAll.all(bucket).map(({ blob }) => String(blob)),
  };
}

const SOFT_DELETED_RANGE = `
  SELECT * FROM soft_deleted
  WHERE bucket = ? AND (name, generation) >= (?, ?) AND name < coalesce(?, CAST(x'FF' AS TEXT))
  ORDER BY name, generation`;

const softDeletedFrom = (row: Record<string, unknown>) => objectFrom(row) as SoftDeletedObject;

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
      return row && sessionFrom(row);
    },
    openedBefore(time: number): Session[] {
      return openedBefore.all(time).map(sessionFrom);
    },
    insert(session: Session): void {
      const { id, blob, received, created, state, target } = session;
      insert.run(id, blob, received, created, state, JSON.stringify(target));
    },
    /**
     * Writes what changes in the life of a session.
     * @throws StorageError gone when the session has been removed meanwhile
     */
    update({ id, received, state, object }: Session): void {
      const { changes } = update.run(received, state, object && JSON.stringify(object), id);
      if (changes === 0) throw new StorageError('gone', 'The upload session has been removed.');
    },
    remove(id: string): void {
      remove.run(id);
    },
  };
}

function sessionFrom(row: Record<string, unknown>): Session {
  const target = JSON.parse(row.target as string) as Session['target'];
  const object = JSON.parse((row.object as string | null) ?? 'null') as Session['object'];
  return { ...(row as unknown as Session), target, object };
}
