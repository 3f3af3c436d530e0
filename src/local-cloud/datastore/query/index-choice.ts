import { CloudError } from '../../cloud-error.ts';
import { END, inverted } from '../encoding/ordered-bytes.ts';
import {
  describeIndex,
  keyDescends,
  valueProperties,
  type CompositeIndex,
  type IndexProperty,
} from '../indexes/composite-index.ts';
import type { IndexSet } from '../indexes/index-entries.ts';
import type { SpaceName, Spaces } from '../store/spaces.ts';
import type { Disjunct } from './disjunct.ts';
import type { Order } from './orders.ts';
import type { QueryShape } from './query-shape.ts';

/** An index of index.yaml, or an automatic one: of all entities, of a kind, or of a property of a kind. */
export type UsedIndex = CompositeIndex | { kind: string | undefined; property?: string };

/** A part of an index that holds rows of equal beginnings; what follows them, the suffix, is in order. */
export interface Scan {
  index: UsedIndex;
  prefix: Buffer;
  backwards: boolean;
}

/** What rows are looked for: with these values, in these orders. */
export interface Wanted {
  shape: QueryShape;
  equals: Disjunct['equals'];
  orders: Order[];
}

/** The part of the automatic indexes that serves: they hold one property each and are kept without ancestors. */
export function automaticScans({ spaces }: IndexSet, { shape, equals, orders }: Wanted): Scan[] | undefined {
  const { kind, ancestor, partition } = shape;
  const space = (name: SpaceName, ...parts: Buffer[]) => Buffer.concat([spaces.prefix(partition, name), ...parts]);
  const under = ancestor ? [ancestor] : [];
  if (kind === undefined) return [{ index: { kind }, prefix: space(['all'], ...under), backwards: false }];
  if (orders.length === 0 && equals.length === 0 && !shape.keyDescends) {
    return [{ index: { kind }, prefix: space(['kind', kind], ...under), backwards: false }];
  }
  const backwards = shape.keyDescends;
  const isOneWay = !backwards || (equals.length === 1 && !ancestor && shape.orders.length === 1);
  if (orders.length === 0 && equals.length > 0 && isOneWay) {
    return equals.map(({ property, value }) => ({
      index: { kind, property },
      prefix: space(['property', kind, property], value, ...under),
      backwards,
    }));
  }
  const [order, ...rest] = orders;
  if (!order || rest.length > 0 || equals.length > 0 || ancestor || order.descending !== backwards) return undefined;
  const { property } = order;
  return [{ index: { kind, property }, prefix: space(['property', kind, property]), backwards }];
}

/** Composite indexes that end in the wanted orders and together begin with all the equalities. Undefined without them. */
export function compositeScans({ spaces, indexes }: IndexSet, wanted: Wanted): Scan[] | undefined {
  const missing = new Set(wanted.equals.map(({ property }) => property));
  const scans: Scan[] = [];
  const fitting = indexes
    .filter((index) => fits(index, wanted))
    .sort((a, b) => b.properties.length - a.properties.length);
  for (const index of fitting) {
    const names = valueProperties(index).slice(0, -wanted.orders.length || undefined);
    if (scans.length > 0 && !names.some(({ name }) => missing.has(name))) continue;
    scans.push(...scansOf(spaces, index, names, wanted));
    for (const { name } of names) missing.delete(name);
    if (missing.size === 0) return scans;
  }
  return undefined;
}

/** The refusal of a query whose index is not declared, with its declaration. */
export class MissingIndex extends CloudError {
  readonly index: CompositeIndex;

  constructor(index: CompositeIndex) {
    super('FAILED_PRECONDITION', `no matching index found. recommended index is:\n${describeIndex(index)}\n`);
    this.index = index;
  }
}

function fits(index: CompositeIndex, { shape, equals, orders }: Wanted): boolean {
  if (index.kind !== shape.kind || index.ancestor !== (shape.ancestor !== undefined)) return false;
  if (keyDescends(index) !== shape.keyDescends) return false;
  const properties = valueProperties(index);
  const split = properties.length - orders.length;
  if (split < 0 || (orders.length === 0 && index.properties.length === properties.length)) return false;
  return (
    properties.slice(0, split).every(({ name }) => equals.some(({ property }) => property === name)) &&
    orders.every((order, at) => isSame(properties[split + at]!, order))
  );
}

const isSame = ({ name, direction }: IndexProperty, { property, descending }: Order) =>
  name === property && (direction === 'desc') === descending;

/** One scan, or several when a property must equal several values at once (an array does). */
function scansOf(spaces: Spaces, index: CompositeIndex, names: IndexProperty[], { shape, equals }: Wanted): Scan[] {
  const space = spaces.prefix(shape.partition, ['composite', index.kind, describeIndex(index)]);
  const start = [Buffer.concat(shape.ancestor ? [space, shape.ancestor, END] : [space])];
  const prefixes = names.reduce<Buffer[]>((prefixes, { name, direction }) => {
    const values = equals.filter(({ property }) => property === name).map(({ value }) => value);
    const encoded = direction === 'desc' ? values.map(inverted) : values;
    return prefixes.flatMap((prefix) => encoded.map((value) => Buffer.concat([prefix, value])));
  }, start);
  return prefixes.map((prefix) => ({ index, prefix, backwards: false }));
}

/** The composite index that would serve. */
export function neededIndex({ shape, equals, orders }: Wanted): CompositeIndex {
  const names = [...new Set(equals.map(({ property }) => property))].sort();
  const properties: IndexProperty[] = [
    ...names.map((name) => ({ name, direction: 'asc' as const })),
    ...orders.map(({ property, descending }) => ({
      name: property,
      direction: descending ? ('desc' as const) : ('asc' as const),
    })),
  ];
  const implied = orders.at(-1)?.descending ?? false;
  if (implied !== shape.keyDescends)
    properties.push({ name: '__key__', direction: shape.keyDescends ? 'desc' : 'asc' });
  return { kind: shape.kind!, ancestor: shape.ancestor !== undefined, properties };
}
