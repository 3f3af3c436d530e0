import { encodeValue } from '../encoding/values.ts';
import type { Entity, Value } from '../protocol.ts';

/** Per property path the distinct encoded values that an index sees, ascending. */
export type IndexedValues = ReadonlyMap<string, readonly Buffer[]>;

/**
 * What of an entity is indexed: arrays element by element, embedded entities as themselves and, with dotted paths,
 * property by property. Excluded values are left out.
 */
export function indexedValues(entity: Entity): IndexedValues {
  const found = new Map<string, Buffer[]>();
  collectProperties(entity, '', found);
  for (const [path, values] of found) if (values.length > 1) found.set(path, distinct(values));
  return found;
}

function collectProperties({ properties = {} }: Entity, prefix: string, found: Map<string, Buffer[]>) {
  for (const name of Object.keys(properties)) collect(properties[name]!, prefix + name, found);
}

function collect(value: Value, path: string, found: Map<string, Buffer[]>) {
  if (value.excludeFromIndexes) return;
  if (value.valueType === 'arrayValue') {
    for (const element of value.arrayValue.values ?? []) collect(element, path, found);
    return;
  }
  if (value.valueType === 'entityValue') collectProperties(value.entityValue, `${path}.`, found);
  const values = found.get(path);
  if (values) values.push(encodeValue(value));
  else found.set(path, [encodeValue(value)]);
}

function distinct(values: Buffer[]): Buffer[] {
  const sorted = values.sort(Buffer.compare);
  return sorted.filter((value, at) => at === 0 || !value.equals(sorted[at - 1]!));
}
