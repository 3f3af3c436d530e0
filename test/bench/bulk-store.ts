import { readFile } from 'node:fs/promises';
import { systemClock } from '../../src/runtime/clock.ts';
import { entityCodec, readDatastoreDefinitions } from '../../src/local-cloud/datastore/definitions.ts';
import { openDisk, type Disk } from '../../src/local-cloud/datastore/disk.ts';
import { Engine } from '../../src/local-cloud/datastore/engine.ts';
import { readIndexYaml } from '../../src/local-cloud/datastore/index.ts';
import type { Entity, Key } from '../../src/local-cloud/datastore/protocol.ts';

/** The project of the local profile. */
export const PROJECT = 'photo-timeline';

const OPTIONS = { consistency: 1, random: Math.random, concurrency: 'optimistic', groupRate: undefined } as const;

/** Entities between two flushes: rows of an index that lie together are then written together. */
const FLUSH_EVERY = 10_000;

/** The store of a local Datastore that is not running, open for a great many entities. */
export interface BulkStore {
  /** As many as stay below 10 MiB. */
  save(entities: Entity[]): Promise<void>;
  find(key: Key): Entity | undefined;
  close(): void;
}

/** Opens the local Datastore's store in this thread, without a service in front of it. */
export async function openStore(dataDir: string): Promise<Disk> {
  const indexes = readIndexYaml(await readFile(new URL('../../index.yaml', import.meta.url), 'utf8'));
  return openDisk(dataDir, systemClock, indexes, entityCodec(readDatastoreDefinitions()));
}

/** Writes through the engine, rules and indexes included: through a client it would take several times as long. */
export async function openBulkStore(dataDir: string, projectId: string = PROJECT): Promise<BulkStore> {
  const disk = await openStore(dataDir);
  const engine = new Engine(disk, systemClock, OPTIONS);
  let unflushed = 0;
  return {
    async save(entities) {
      const mutations = entities.map((upsert) => ({ operation: 'upsert' as const, upsert }));
      await engine.commit({ projectId, mode: 'NON_TRANSACTIONAL', mutations });
      unflushed += entities.length;
      if (unflushed < FLUSH_EVERY) return;
      unflushed = 0;
      await disk.commits.durable();
    },
    find(key) {
      const stored = engine.lookup({ projectId, keys: [key] }).findings[0]?.stored;
      return stored && disk.codec.decode(stored.data);
    },
    close: () => disk.close(),
  };
}
