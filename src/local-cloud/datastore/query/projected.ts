import { elementsAt } from '../commit/property-path.ts';
import type { Disk } from '../disk.ts';
import { decodePath } from '../encoding/keys.ts';
import { inverted } from '../encoding/ordered-bytes.ts';
import { encodeValue, textBytes } from '../encoding/values.ts';
import type { Entity, Key, Value } from '../protocol.ts';
import type { Hit } from './merge.ts';
import { pathOf, splitPosition, type Position } from './position.ts';
import type { QueryShape } from './query-shape.ts';
import type { Reader } from './reader.ts';
import { entityOf } from './results.ts';

/** A result of a projection. Texts are the bytes of their UTF-8. */
export interface ProjectedRow {
  key: Key;
  properties: Record<string, Buffer | Value>;
}

/** The key of the result at a position: the index holds all of it. */
export const keyAt = (shape: QueryShape, position: Position): Key => keyOf(shape, splitPosition(shape, position));

/**
 * The projected properties as the row at a position has them: one element where the entity has several. The index holds
 * texts as they are. The entity is read only for values of other types.
 */
export function projectedAt(disk: Disk, reader: Reader, shape: QueryShape, hit: Hit): ProjectedRow {
  const parts = splitPosition(shape, hit.position);
  const properties: ProjectedRow['properties'] = {};
  let entity: Entity | undefined;
  shape.orders.forEach(({ property, descending }, at) => {
    if (!shape.projection?.includes(property)) return;
    const value = descending ? inverted(parts[at]!) : parts[at]!;
    const text = textBytes(value);
    if (text) {
      properties[property] = text;
      return;
    }
    entity ??= disk.codec.decode(entityOf(disk, reader, shape, hit)!.data);
    const elements = elementsAt(entity, property.split('.'));
    properties[property] = elements.find((element) => encodeValue(element).equals(value))!;
  });
  return { key: keyOf(shape, parts), properties };
}

function keyOf(shape: QueryShape, parts: Buffer[]): Key {
  const path = decodePath(pathOf(shape, parts));
  return { partitionId: shape.partition, path: shape.ancestor ? [...decodePath(shape.ancestor), ...path] : path };
}
