import type { Clock } from '../../runtime/clock.ts';
import { encodePath } from './encoding/keys.ts';
import { END } from './encoding/ordered-bytes.ts';
import type { CompositeIndex } from './indexes/composite-index.ts';
import { buildIndexes } from './indexes/build-indexes.ts';
import { completed, type Address } from './keys.ts';
import type { Key } from './protocol.ts';
import type { EntityCodec } from './definitions.ts';
import { openDatabase } from './store/database.ts';
import { EntityStore } from './store/entity-store.ts';
import { EntityWriter } from './store/entity-writer.ts';
import { FreeSpace } from './store/free-space.ts';
import { GroupCommit } from './store/group-commit.ts';
import { IdAllocator } from './store/id-allocator.ts';
import { Past } from './store/past.ts';
import { Spaces } from './store/spaces.ts';
import { VersionClock } from './store/version-clock.ts';

/** Everything that the engine keeps on disk, opened. */
export interface Disk {
  codec: EntityCodec;
  spaces: Spaces;
  entities: EntityStore;
  writer: EntityWriter;
  past: Past;
  freeSpace: FreeSpace;
  ids: IdAllocator;
  versions: VersionClock;
  commits: GroupCommit;
  indexes: CompositeIndex[];
  /** The version of the latest commit. */
  latest: number;
  /** Empties everything but the counter of ids, which never repeat. */
  reset(): void;
  close(): void;
}

export function openDisk(dataDir: string, clock: Clock, indexes: CompositeIndex[], codec: EntityCodec): Disk {
  const database = openDatabase(dataDir);
  const writer = new EntityWriter(database);
  const latest = writer.latest();
  const commits = new GroupCommit(database);
  const disk: Disk = {
    codec,
    spaces: new Spaces(database, commits),
    entities: new EntityStore(database),
    writer,
    past: new Past(database),
    freeSpace: new FreeSpace(database),
    ids: new IdAllocator(database, commits),
    versions: new VersionClock(clock, latest),
    commits,
    indexes,
    latest,
    reset() {
      commits.run(() =>
        database.exec('DELETE FROM entry; DELETE FROM entity; DELETE FROM past_entry; DELETE FROM past_entity;'),
      );
      commits.flush();
    },
    close() {
      if (!database.isOpen) return;
      commits.flush();
      database.close();
    },
  };
  buildIndexes(database, disk);
  return disk;
}

/** The row of an entity in the space of all keys. */
export function primaryRow({ spaces }: Disk, { partition, key }: Address): Buffer {
  return Buffer.concat([spaces.prefix(partition, ['all']), encodePath(key.path), END]);
}

/** The key of an address with a new id. No entity has this id, even if it was never reserved. */
export function allocateKey(disk: Disk, { partition, key }: Address): Key {
  for (;;) {
    const whole = completed(key, disk.ids.allocate());
    if (!disk.entities.find(primaryRow(disk, { partition, key: whole }))) return whole;
  }
}
