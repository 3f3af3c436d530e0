import type { Partition } from '../store/spaces.ts';
import type { Entity, Key, Value } from '../protocol.ts';

/** Brings the values of an entity, in place, into the form they are kept in. */
export function normalizeProperties({ properties = {} }: Entity, partition: Partition) {
  for (const name of Object.keys(properties)) normalizeValue(properties[name]!, partition);
}

/** Timestamps are rounded down to microseconds; keys get the project and database that they left out. */
export function normalizeValue(value: Value, partition: Partition) {
  if (value.valueType === 'timestampValue') {
    const { timestampValue } = value;
    timestampValue.nanos = Math.floor((timestampValue.nanos ?? 0) / 1000) * 1000;
  } else if (value.valueType === 'keyValue') {
    value.keyValue = completeKey(value.keyValue, partition);
  } else if (value.valueType === 'arrayValue') {
    for (const element of value.arrayValue.values ?? []) normalizeValue(element, partition);
  } else if (value.valueType === 'entityValue') {
    normalizeProperties(value.entityValue, partition);
  }
}

function completeKey({ partitionId, path }: Key, { projectId, databaseId }: Partition): Key {
  const id = { projectId: partitionId?.projectId || projectId, databaseId: partitionId?.databaseId || databaseId };
  return { partitionId: { ...id, namespaceId: partitionId?.namespaceId ?? '' }, path };
}
