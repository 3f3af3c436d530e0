import { encodePath } from '../encoding/keys.ts';
import { END, inverted } from '../encoding/ordered-bytes.ts';
import { indexedValues, type IndexedValues } from '../indexes/indexed-values.ts';
import type { Entity } from '../protocol.ts';
import { constantOf, type Disjunct } from './disjunct.ts';
import { contains } from './interval.ts';
import type { Order } from './orders.ts';
import type { Position } from './position.ts';
import type { QueryShape } from './query-shape.ts';

/**
 * Where an entity stands first among the results. One with several values for a property has several rows in an index,
 * and is a result only once; this needs no memory of the rows before, so it holds across cursors too.
 */
export function firstPosition(shape: QueryShape, entity: Entity): Position | undefined {
  const values = indexedValues(entity);
  const path = Buffer.concat([encodePath(entity.key!.path), END]);
  const positions = shape.disjuncts
    .filter((disjunct) => matches(disjunct, values, path))
    .map((disjunct) => positionIn(shape, disjunct, values, path))
    .filter((position) => position !== undefined);
  return positions.sort(Buffer.compare)[0];
}

function matches({ equals, keys }: Disjunct, values: IndexedValues, path: Buffer): boolean {
  const has = (property: string, value: Buffer) => values.get(property)?.some((other) => other.equals(value)) ?? false;
  return equals.every(({ property, value }) => has(property, value)) && contains(keys, path);
}

function positionIn(shape: QueryShape, disjunct: Disjunct, values: IndexedValues, path: Buffer): Position | undefined {
  const parts = shape.orders.map((order) => firstValue(order, disjunct, values));
  if (parts.includes(undefined)) return undefined;
  const key = path.subarray(shape.ancestor?.length ?? 0);
  return Buffer.concat([...(parts as Buffer[]), shape.keyDescends ? inverted(key) : key]);
}

function firstValue({ property, descending }: Order, disjunct: Disjunct, values: IndexedValues) {
  const constant = constantOf(disjunct, property);
  const all = constant ? [constant] : (values.get(property) ?? []);
  const intervals = disjunct.ranges.get(property);
  const wanted = intervals ? all.filter((value) => contains(intervals, value)) : all;
  const first = descending ? wanted.at(-1) : wanted[0];
  return first && descending ? inverted(first) : first;
}
