import type { Datastore, Key, Transaction } from '@google-cloud/datastore';
import { keyOfEntity, type Kind, type Properties } from '../model/kind.ts';

/** Keys that one Lookup takes (docs/platform.md#lookups). */
const LOOKUP_LIMIT = 1000;

/** An entity to be read, and how its properties become a value. */
interface Wanted<T> {
  key: Key;
  kind: Kind<T>;
}

/** Reads entities by key, in the order asked; undefined for each that does not exist. */
export async function lookup<T>(
  datastore: Datastore,
  reader: Datastore | Transaction,
  wanted: readonly Wanted<T>[],
): Promise<(T | undefined)[]> {
  const found = new Map<string, Properties>();
  for (let first = 0; first < wanted.length; first += LOOKUP_LIMIT) {
    const keys = wanted.slice(first, first + LOOKUP_LIMIT).map(({ key }) => key);
    // The response has any order, and lacks the missing entities.
    const [entities] = (await reader.get(keys)) as [Properties[]];
    for (const entity of entities) found.set(pathOf(keyOfEntity(datastore, entity)), entity);
  }
  return wanted.map(({ key, kind }) => {
    const entity = found.get(pathOf(key));
    return entity && kind.decode(entity, key);
  });
}

const pathOf = (key: Key) => key.path.join('/');
