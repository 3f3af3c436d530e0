import { readFile } from 'node:fs/promises';
import { systemClock } from '../../src/clock.ts';
import { entityCodec, readDatastoreDefinitions } from '../../src/local-cloud/datastore/definitions.ts';
import { openDisk, type Disk } from '../../src/local-cloud/datastore/disk.ts';
import { Engine } from '../../src/local-cloud/datastore/engine.ts';
import { readIndexYaml } from '../../src/local-cloud/datastore/index.ts';
import type { Entity } from '../../src/local-cloud/datastore/protocol.ts';

/** Entities of one user, who is an entity group. */
const PER_USER = 1_000;
/** A kilobyte that is only shown, as photos have it. */
export const VIEW = 'x'.repeat(1_000);

const OPTIONS = { consistency: 1, random: Math.random, concurrency: 'optimistic', groupRate: undefined } as const;

/** Entities in one commit. */
const BATCH = 500;

export const userOf = (number: number) => `user-${Math.floor(number / PER_USER)}`;
export const nameOf = (number: number) => `photo-${String(number).padStart(9, '0')}`;

/** Opens the local Datastore's store in this thread, without a service in front of it. */
export async function openStore(dataDir: string): Promise<Disk> {
  const indexes = readIndexYaml(await readFile(new URL('../../index.yaml', import.meta.url), 'utf8'));
  return openDisk(dataDir, systemClock, indexes, entityCodec(readDatastoreDefinitions()));
}

/** Fills a store with `count` entities through the engine, rules and indexes included: a client would take thrice as long. */
export async function loadEntities(dataDir: string, projectId: string, count: number): Promise<void> {
  const disk = await openStore(dataDir);
  const engine = new Engine(disk, systemClock, OPTIONS);
  for (let first = 0; first < count; first += BATCH) {
    const mutations = Array.from({ length: Math.min(BATCH, count - first) }, (_, at) => {
      return { operation: 'upsert' as const, upsert: entity(projectId, first + at) };
    });
    await engine.commit({ projectId, mode: 'NON_TRANSACTIONAL', mutations });
  }
  disk.close();
}

const entity = (projectId: string, number: number): Entity => ({
  key: {
    partitionId: { projectId },
    path: [
      { kind: 'User', name: userOf(number) },
      { kind: 'Photo', name: nameOf(number) },
    ],
  },
  properties: {
    view: { valueType: 'stringValue', stringValue: VIEW, excludeFromIndexes: true },
    timelineKey: { valueType: 'stringValue', stringValue: nameOf(number) },
  },
});
