import { CloudError } from '../../cloud-error.ts';
import { END, inverted } from '../encoding/ordered-bytes.ts';
import {
  describeIndex,
  keyDescends,
  valueProperties,
  type CompositeIndex,
  type IndexProperty,
} from '../indexes/composite-index.ts';
import type { SpaceName, Spaces } from '../store/spaces.ts';
import type { Disjunct } from './disjunct.ts';
import {
  after,
  before,
  compareCuts,
  invertIntervals,
  EVERYTHING,
  FIRST,
  LAST,
  type Cut,
  type Interval,
} from './interval.ts';
import type { Order } from './orders.ts';
import type { QueryShape } from './query-shape.ts';

/** A part of an index that holds rows of equal beginnings; what follows them, the suffix, is in order. */
export interface Scan {
  prefix: Buffer;
  backwards: boolean;
}

/** How one disjunct is answered: by the rows whose suffixes stand in all of the scans. */
export interface Source {
  scans: Scan[];
  /** Which suffixes, turned round if the scans go backwards. */
  intervals: Interval[];
  /** Per order of the query the one value it has here, turned round for a descending order; undefined where it varies. */
  constants: (Buffer | undefined)[];
}

/** @throws CloudError FAILED_PRECONDITION when a composite index is missing, with its declaration. */
export function planQuery(spaces: Spaces, indexes: CompositeIndex[], shape: QueryShape): Source[] {
  return shape.disjuncts.map((disjunct) => planDisjunct(spaces, indexes, shape, disjunct));
}

function planDisjunct(spaces: Spaces, indexes: CompositeIndex[], shape: QueryShape, disjunct: Disjunct): Source {
  const constants = shape.orders.map(({ property, descending }) => {
    const value = disjunct.equals.find((equal) => equal.property === property)?.value;
    return value && descending ? inverted(value) : value;
  });
  const orders = shape.orders.filter((_, at) => !constants[at]);
  const scans = builtIn(spaces, shape, disjunct, orders) ?? composites(spaces, indexes, shape, disjunct, orders);
  return { scans, intervals: suffixIntervals(shape, disjunct, orders), constants };
}

/** The part of the automatic indexes that serves: they hold one property each and are kept without ancestors. */
function builtIn(spaces: Spaces, shape: QueryShape, { equals }: Disjunct, orders: Order[]): Scan[] | undefined {
  const { kind, ancestor, partition } = shape;
  const space = (name: SpaceName, ...parts: Buffer[]) => Buffer.concat([spaces.prefix(partition, name), ...parts]);
  const under = ancestor ? [ancestor] : [];
  if (kind === undefined) return [{ prefix: space(['all'], ...under), backwards: false }];
  if (orders.length === 0 && equals.length === 0 && !shape.keyDescends) {
    return [{ prefix: space(['kind', kind], ...under), backwards: false }];
  }
  const backwards = shape.keyDescends;
  const isOneWay = !backwards || (equals.length === 1 && !ancestor && shape.orders.length === 1);
  if (orders.length === 0 && equals.length > 0 && isOneWay) {
    return equals.map(({ property, value }) => ({
      prefix: space(['property', kind, property], value, ...under),
      backwards,
    }));
  }
  const [order, ...rest] = orders;
  if (!order || rest.length > 0 || equals.length > 0 || ancestor || order.descending !== backwards) return undefined;
  return [{ prefix: space(['property', kind, order.property]), backwards }];
}

/** Composite indexes that end in the wanted orders and together begin with all the equalities. */
function composites(
  spaces: Spaces,
  indexes: CompositeIndex[],
  shape: QueryShape,
  { equals }: Disjunct,
  orders: Order[],
): Scan[] {
  const missing = new Set(equals.map(({ property }) => property));
  const scans: Scan[] = [];
  const fitting = indexes
    .filter((index) => fits(index, shape, equals, orders))
    .sort((a, b) => b.properties.length - a.properties.length);
  for (const index of fitting) {
    const names = valueProperties(index).slice(0, -orders.length || undefined);
    if (scans.length > 0 && !names.some(({ name }) => missing.has(name))) continue;
    scans.push(...scansOf(spaces, shape, index, names, equals));
    for (const { name } of names) missing.delete(name);
    if (missing.size === 0) return scans;
  }
  throw missingIndex(neededIndex(shape, equals, orders));
}

function fits(index: CompositeIndex, shape: QueryShape, equals: Disjunct['equals'], orders: Order[]): boolean {
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
function scansOf(
  spaces: Spaces,
  shape: QueryShape,
  index: CompositeIndex,
  names: IndexProperty[],
  equals: Disjunct['equals'],
): Scan[] {
  const space = spaces.prefix(shape.partition, ['composite', index.kind, describeIndex(index)]);
  const start = [Buffer.concat(shape.ancestor ? [space, shape.ancestor, END] : [space])];
  const prefixes = names.reduce<Buffer[]>((prefixes, { name, direction }) => {
    const values = equals.filter(({ property }) => property === name).map(({ value }) => value);
    const encoded = direction === 'desc' ? values.map(inverted) : values;
    return prefixes.flatMap((prefix) => encoded.map((value) => Buffer.concat([prefix, value])));
  }, start);
  return prefixes.map((prefix) => ({ prefix, backwards: false }));
}

function neededIndex(shape: QueryShape, equals: Disjunct['equals'], orders: Order[]): CompositeIndex {
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

const missingIndex = (index: CompositeIndex) =>
  new CloudError('FAILED_PRECONDITION', `no matching index found. recommended index is:\n${describeIndex(index)}\n`);

/** Which suffixes answer: the inequality bounds the first value, a filter on the key the path. */
function suffixIntervals(shape: QueryShape, { range, keys }: Disjunct, [first]: Order[]): Interval[] {
  if (first) {
    const intervals = first.property === range?.property ? range.intervals : [EVERYTHING];
    return first.descending ? invertIntervals(intervals) : intervals;
  }
  const relative = keys.map(({ from, to }) => ({ from: behind(shape.ancestor, from), to: behind(shape.ancestor, to) }));
  const bounded = relative.filter(({ from, to }) => compareCuts(from, to) < 0);
  return shape.keyDescends ? invertIntervals(bounded) : bounded;
}

/** A cut among paths as one among what follows the ancestor in them. */
function behind(ancestor: Buffer | undefined, cut: Cut): Cut {
  if (!ancestor) return cut;
  const { prefix } = cut;
  if (prefix.subarray(0, ancestor.length).equals(ancestor)) {
    return cut.after ? after(prefix.subarray(ancestor.length)) : before(prefix.subarray(ancestor.length));
  }
  return compareCuts(cut, before(ancestor)) <= 0 ? FIRST : LAST;
}
