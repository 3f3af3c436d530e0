import { Datastore, type Key } from '@google-cloud/datastore';
import type { Properties, toEntity } from '../../src/data/model/kind.ts';
import type { Entity, Key as StoredKey, Value } from '../../src/local-cloud/datastore/protocol.ts';
import { PROJECT, type BulkStore } from './bulk-store.ts';

type ClientEntity = ReturnType<typeof toEntity>;

/** Where entities are written past the app: through Google's client, or straight into the store of a stopped program. */
export interface LoadTarget {
  /** Makes the keys. */
  datastore: Datastore;
  /** Rejects if there is no such entity. */
  find(key: Key): Promise<Properties>;
  save(entities: ClientEntity[]): Promise<unknown>;
}

export const throughClient = (datastore: Datastore): LoadTarget => ({
  datastore,
  async find(key) {
    const [found] = (await datastore.get(key)) as [Properties | undefined];
    return found ?? missing(key);
  },
  save: (entities) => datastore.save(entities),
});

export const intoStore = (store: BulkStore): LoadTarget => ({
  datastore: new Datastore({ projectId: PROJECT }),
  async find(key) {
    const { properties } = store.find(storedKey(key)) ?? missing(key);
    return Object.fromEntries(Object.entries(properties ?? {}).map(([name, value]) => [name, plain(value)]));
  },
  save: (entities) => store.save(entities.map(storedEntity)),
});

/** Writes photos without their words, which make half of a large library. Search finds none of them. */
export const withoutWords = (target: LoadTarget): LoadTarget => ({
  ...target,
  save(entities) {
    for (const { data } of entities) delete (data as Partial<Record<string, unknown>>)['words'];
    return target.save(entities);
  },
});

function missing(key: Key): never {
  throw new Error(`There is no ${key.kind} ${key.name}.`);
}

function storedEntity({ key, data, excludeFromIndexes }: ClientEntity): Entity {
  const properties: Record<string, Value> = {};
  for (const [name, value] of Object.entries(data)) {
    properties[name] = { ...storedValue(value), excludeFromIndexes: excludeFromIndexes.includes(name) };
  }
  return { key: storedKey(key), properties };
}

function storedKey({ path }: Key): StoredKey {
  const names = path.map(String);
  const elements = names.flatMap((kind, at) => (at % 2 === 0 ? [{ kind, name: names[at + 1] ?? '' }] : []));
  return { partitionId: { projectId: PROJECT }, path: elements };
}

/** The properties of this service's entities. */
function storedValue(value: unknown): Value {
  if (Array.isArray(value)) return { valueType: 'arrayValue', arrayValue: { values: value.map(storedValue) } };
  if (typeof value === 'boolean') return { valueType: 'booleanValue', booleanValue: value };
  if (typeof value === 'number') return { valueType: 'integerValue', integerValue: String(value) };
  return { valueType: 'stringValue', stringValue: String(value) };
}

function plain(value: Value): unknown {
  if (value.valueType === 'booleanValue') return value.booleanValue;
  if (value.valueType === 'integerValue') return Number(value.integerValue);
  return value.valueType === 'stringValue' ? value.stringValue : undefined;
}
