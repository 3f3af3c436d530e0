import type { Entity } from '../../src/local-cloud/datastore/protocol.ts';
import { openBulkStore, PROJECT } from './bulk-store.ts';

/** Entities of one user, who is an entity group. */
const PER_USER = 1_000;
/** A kilobyte that is only shown, as photos have it. */
export const VIEW = 'x'.repeat(1_000);

/** Entities in one commit. */
const BATCH = 500;

export const userOf = (number: number) => `user-${Math.floor(number / PER_USER)}`;
export const nameOf = (number: number) => `photo-${String(number).padStart(9, '0')}`;

/** Fills a store with `count` entities. */
export async function loadEntities(dataDir: string, count: number): Promise<void> {
  const store = await openBulkStore(dataDir);
  for (let first = 0; first < count; first += BATCH) {
    await store.save(Array.from({ length: Math.min(BATCH, count - first) }, (_, at) => entity(first + at)));
  }
  store.close();
}

const entity = (number: number): Entity => ({
  key: {
    partitionId: { projectId: PROJECT },
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
