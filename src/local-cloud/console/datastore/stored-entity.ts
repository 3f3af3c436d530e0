import { primaryRow } from '../../datastore/disk.ts';
import { describeKey } from '../../datastore/keys.ts';
import type { Entity, Key } from '../../datastore/protocol.ts';
import type { StoredEntity } from '../../datastore/store/entity-store.ts';
import type { Partition } from '../../datastore/store/spaces.ts';
import { ConsoleFault, type ConsoleDeps } from '../section.ts';
import { partitionIn, readKey } from './entity-key.ts';

/** An entity as it is on disk now. */
export interface FoundEntity {
  partition: Partition;
  key: Key;
  entity: Entity;
  stored: StoredEntity;
}

/** Finds the entity without a trace: the consistency setting and the counters of queries see nothing of it. */
export function findEntity({ datastore }: Pick<ConsoleDeps, 'datastore'>, key: Key, partition: Partition) {
  const { disk } = datastore.engine;
  const stored = disk.entities.find(primaryRow(disk, { partition, key }));
  return stored && { partition, key, entity: disk.codec.decode(stored.data), stored };
}

/**
 * Finds the entity that a query names.
 * @throws ConsoleFault 400, 404
 */
export function entityNamedIn(deps: ConsoleDeps, query: URLSearchParams): FoundEntity {
  const partition = partitionIn(deps, query);
  const key = readKey(query.get('key'), partition);
  const found = findEntity(deps, key, partition);
  if (!found) throw new ConsoleFault(404, `There is no entity ${describeKey(key)}. It may have been deleted.`);
  return found;
}
