import { inverted } from '../encoding/ordered-bytes.ts';
import { constantOf, type Disjunct } from './disjunct.ts';
import { keyDescends, valueProperties } from '../indexes/composite-index.ts';
import type { IndexSet } from '../indexes/index-entries.ts';
import {
  automaticScans,
  compositeScans,
  MissingIndex,
  neededIndex,
  type Scan,
  type UsedIndex,
  type Wanted,
} from './index-choice.ts';
import {
  after,
  before,
  compareCuts,
  invertIntervals,
  isEverything,
  EVERYTHING,
  FIRST,
  LAST,
  type Cut,
  type Interval,
} from './interval.ts';
import type { Order } from './orders.ts';
import type { QueryShape } from './query-shape.ts';

/** How one disjunct is answered: by the rows whose suffixes stand in all of the scans. */
export interface Source {
  scans: Scan[];
  /** Which suffixes, inverted if the scans read backwards. */
  intervals: Interval[];
  /** Per order of the query the one value it has here, inverted for a descending order; undefined where it varies. */
  constants: (Buffer | undefined)[];
  /** What a suffix must be besides, row by row: rows that are not are read all the same. Undefined if there are none. */
  residual: Residual | undefined;
}

/** What all parts of a suffix must be. */
export interface Residual {
  columns: Column[];
  /** Which paths behind the ancestor, inverted if the key descends. */
  paths: Interval[];
}

/** One value in a suffix. */
interface Column {
  descending: boolean;
  /** Which values, inverted if they descend. */
  intervals: Interval[];
}

/**
 * Orders a projection as an index does that serves it. An index may hold projected properties in any order and
 * direction: App Engine SDK, datastore_index.py, `CompositeIndexForQuery` and `_MatchPostfix`.
 */
export function orientProjection(indexes: IndexSet, shape: QueryShape): QueryShape {
  const { projectedOrders, orders } = shape;
  if (projectedOrders === 0 || canPlan(indexes, shape)) return shape;
  const given = orders.slice(0, -projectedOrders);
  const names = new Set(orders.slice(-projectedOrders).map(({ property }) => property));
  const oriented = indexes.indexes.flatMap((index): QueryShape[] => {
    const last = valueProperties(index).slice(-projectedOrders);
    if (index.kind !== shape.kind || !last.every(({ name }) => names.has(name))) return [];
    const projected = last.map(({ name, direction }) => ({ property: name, descending: direction === 'desc' }));
    return [{ ...shape, orders: [...given, ...projected], keyDescends: keyDescends(index) }];
  });
  return oriented.find((candidate) => canPlan(indexes, candidate)) ?? shape;
}

const canPlan = (indexes: IndexSet, shape: QueryShape) =>
  shape.disjuncts.every((disjunct) => scansFor(indexes, wantedBy(shape, disjunct)) !== undefined);

function wantedBy(shape: QueryShape, disjunct: Disjunct): Wanted {
  const orders = shape.orders.filter(({ property }) => constantOf(disjunct, property) === undefined);
  return { shape, equals: disjunct.equals, orders };
}

const scansFor = (indexes: IndexSet, wanted: Wanted) =>
  automaticScans(indexes, wanted) ?? compositeScans(indexes, wanted);

/** @throws CloudError FAILED_PRECONDITION when a composite index is missing, with its declaration. */
export function planQuery(indexes: IndexSet, shape: QueryShape): Source[] {
  return shape.disjuncts.map((disjunct) => planDisjunct(indexes, shape, disjunct));
}

/** The indexes that sources read. */
export const indexesOf = (sources: Source[]): UsedIndex[] =>
  sources.flatMap(({ scans }) => scans.map(({ index }) => index));

function planDisjunct(indexes: IndexSet, shape: QueryShape, disjunct: Disjunct): Source {
  const constants = shape.orders.map(({ property, descending }) => {
    const value = constantOf(disjunct, property);
    return value && descending ? inverted(value) : value;
  });
  const wanted = wantedBy(shape, disjunct);
  const scans = scansFor(indexes, wanted);
  if (!scans) throw new MissingIndex(neededIndex(wanted));
  const columns = wanted.orders.map((order) => columnOf(order, disjunct));
  const paths = pathIntervals(shape, disjunct);
  const [intervals, ...others] = [...columns.map((column) => column.intervals), paths];
  const residual = others.every(isEverything) ? undefined : { columns, paths };
  return { scans, intervals, constants, residual };
}

function columnOf({ property, descending }: Order, { ranges }: Disjunct): Column {
  const intervals = ranges.get(property) ?? [EVERYTHING];
  return { descending, intervals: descending ? invertIntervals(intervals) : intervals };
}

function pathIntervals(shape: QueryShape, { keys }: Disjunct): Interval[] {
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
