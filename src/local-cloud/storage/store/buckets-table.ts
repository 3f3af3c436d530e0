import type { DatabaseSync } from 'node:sqlite';
import type { Bucket } from '../engine/bucket.ts';

/** The rows of buckets, by name. */
export function bucketsTable(database: DatabaseSync) {
  const one = database.prepare('SELECT * FROM buckets WHERE name = ?');
  const scan = database.prepare('SELECT * FROM buckets WHERE name >= ? ORDER BY name');
  const put = database.prepare('INSERT OR REPLACE INTO buckets VALUES (?, ?, ?, ?, ?)');
  const remove = database.prepare('DELETE FROM buckets WHERE name = ?');
  return {
    get(name: string): Bucket | undefined {
      const row = one.get(name);
      return row && fromRow(row);
    },
    /** Every bucket from the name `from` on, in the order of names. */
    *from(from: string): Generator<Bucket> {
      for (const row of scan.iterate(from)) yield fromRow(row);
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

function fromRow(row: Record<string, unknown>): Bucket {
  return { ...(row as unknown as Bucket), fields: JSON.parse(row.fields as string) as Bucket['fields'] };
}
