import type { DatabaseSync } from 'node:sqlite';
import type { EntityCodec } from '../definitions.ts';
import { prefixEnd } from '../encoding/ordered-bytes.ts';
import type { EntityStore } from '../store/entity-store.ts';
import type { EntityWriter } from '../store/entity-writer.ts';
import type { GroupCommit } from '../store/group-commit.ts';
import type { Partition, Spaces } from '../store/spaces.ts';
import { describeIndex, type CompositeIndex } from './composite-index.ts';
import { compositeEntries } from './index-entries.ts';
import { indexedValues } from './indexed-values.ts';

/** The parts of the disk that an index is built from and written to. */
interface IndexedDisk {
  codec: EntityCodec;
  spaces: Spaces;
  entities: EntityStore;
  writer: EntityWriter;
  commits: GroupCommit;
  indexes: CompositeIndex[];
}

const BATCH = 500;

/** Makes the rows on disk fit the declared composite indexes: fills the new ones, drops those no longer declared. */
export function buildIndexes(database: DatabaseSync, disk: IndexedDisk) {
  const built = new Set(
    database
      .prepare('SELECT definition FROM built_index')
      .all()
      .map((row) => String(row['definition'])),
  );
  const declared = new Map(disk.indexes.map((index) => [describeIndex(index), index]));
  disk.commits.run(() => {
    for (const definition of built) if (!declared.has(definition)) dropIndex(database, disk, definition);
    for (const [definition, index] of declared) {
      if (built.has(definition)) continue;
      for (const partition of disk.spaces.partitions()) fillIndex(disk, index, partition);
      disk.spaces.save();
      database.prepare('INSERT INTO built_index VALUES (?)').run(definition);
    }
  });
  disk.commits.flush();
}

function dropIndex(database: DatabaseSync, { spaces }: IndexedDisk, definition: string) {
  const kind = /^- kind: (.*)$/m.exec(definition)?.[1] ?? '';
  for (const partition of spaces.partitions()) {
    const prefix = spaces.prefix(partition, ['composite', kind, definition]);
    for (const table of ['entry', 'past_entry']) {
      database.prepare(`DELETE FROM ${table} WHERE k >= ? AND k < ?`).run(prefix, prefixEnd(prefix));
    }
  }
  database.prepare('DELETE FROM built_index WHERE definition = ?').run(definition);
}

function fillIndex({ spaces, entities, writer, codec }: IndexedDisk, index: CompositeIndex, partition: Partition) {
  const prefix = spaces.prefix(partition, ['kind', index.kind]);
  const to = prefixEnd(prefix)!;
  for (let from = prefix, rows = BATCH; rows === BATCH;) {
    const page = entities.scan({ from, to }, false, BATCH);
    for (const { entity: id } of page) {
      const { data, version } = entities.entity(id)!;
      const entity = codec.decode(data);
      writer.addEntries(
        id,
        compositeEntries(spaces, index, partition, entity.key!.path, indexedValues(entity)),
        version,
      );
    }
    rows = page.length;
    from = page.length > 0 ? Buffer.concat([page.at(-1)!.k, Buffer.of(0)]) : from;
  }
}
