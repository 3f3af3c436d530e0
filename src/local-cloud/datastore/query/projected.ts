import { valueAt } from '../commit/property-path.ts';
import { decodePath } from '../encoding/keys.ts';
import { inverted } from '../encoding/ordered-bytes.ts';
import { encodeValue, readText } from '../encoding/values.ts';
import type { Entity, Key, Value } from '../protocol.ts';
import { pathIn, splitPosition, type Position } from './position.ts';
import type { QueryShape } from './query-shape.ts';

/** The key of the result at a position: the index holds all of it. */
export function keyAt(shape: QueryShape, position: Position): Key {
  const path = Buffer.concat([shape.ancestor ?? Buffer.alloc(0), pathIn(shape, position)]);
  return { partitionId: shape.partition, path: decodePath(path) };
}

/**
 * The projected properties as the row at a position has them: one element where the entity has several. The index holds
 * texts as they are. The entity is decoded only for values of other types.
 */
export function projectedAt(shape: QueryShape, position: Position, decode: () => Entity): Entity {
  const parts = splitPosition(shape, position);
  const properties: Record<string, Value> = {};
  let entity: Entity | undefined;
  shape.orders.forEach(({ property, descending }, at) => {
    if (!shape.projection?.includes(property)) return;
    const value = descending ? inverted(parts[at]!) : parts[at]!;
    const text = readText(value);
    if (text !== undefined) {
      properties[property] = { valueType: 'stringValue', stringValue: text };
      return;
    }
    entity ??= decode();
    const elements = elementsAt(entity, property.split('.'));
    properties[property] = elements.find((element) => encodeValue(element).equals(value))!;
  });
  return { key: keyAt(shape, position), properties };
}

/** The values that an index sees at a dotted path, through embedded entities and arrays of them. */
function elementsAt(entity: Entity, names: string[]): Value[] {
  const whole = valueAt(entity, [names.join('.')]);
  const [name, ...rest] = names;
  const value = rest.length === 0 ? whole : entity.properties?.[name!];
  const elements = value?.valueType === 'arrayValue' ? (value.arrayValue.values ?? []) : value ? [value] : [];
  if (rest.length === 0) return elements;
  return elements.flatMap((element) =>
    element.valueType === 'entityValue' ? elementsAt(element.entityValue, rest) : [],
  );
}
