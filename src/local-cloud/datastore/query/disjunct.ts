import { CloudError } from '../../cloud-error.ts';
import { normalizeValue } from '../commit/normalize.ts';
import { encodePath } from '../encoding/keys.ts';
import { END } from '../encoding/ordered-bytes.ts';
import { encodeValue } from '../encoding/values.ts';
import { addressOf } from '../keys.ts';
import type { Request, Value } from '../protocol.ts';
import type { Partition } from '../store/spaces.ts';
import type { Comparison } from './filters.ts';
import { after, before, EVERYTHING, exactly, FIRST, intersect, LAST, outside, type Interval } from './interval.ts';

/** One AND of a query. Values and paths are encoded; intervals are ascending. */
export interface Disjunct {
  equals: { property: string; value: Buffer }[];
  /** What the properties with inequalities may be. */
  ranges: Map<string, Interval[]>;
  /** Which ended paths are meant; everything unless `__key__` is filtered. */
  keys: Interval[];
  /** Whether `__key__` is compared by other than equality. */
  rangesKey: boolean;
  /** The path of HAS_ANCESTOR. */
  ancestor: Buffer | undefined;
}

export function readDisjunct(comparisons: Comparison[], request: Request, partition: Partition): Disjunct {
  const disjunct: Disjunct = {
    equals: [],
    ranges: new Map(),
    keys: [EVERYTHING],
    rangesKey: false,
    ancestor: undefined,
  };
  for (const comparison of comparisons) {
    const { property, op, values } = comparison;
    for (const value of values) normalizeValue(value, partition);
    if (op === 'HAS_ANCESTOR') addAncestor(disjunct, comparison, (value) => pathOf(value, request, partition));
    else if (property === '__key__') {
      const paths = values.map((value) => Buffer.concat([pathOf(value, request, partition), END]));
      disjunct.keys = intersect(disjunct.keys, intervalsOf(op, paths, EVERYTHING));
      disjunct.rangesKey ||= op !== 'EQUAL';
    } else if (op === 'EQUAL') disjunct.equals.push({ property, value: encodeValue(values[0]!) });
    else addRange(disjunct, comparison);
  }
  return disjunct;
}

/**
 * The value that a property has in all rows of the disjunct. With an inequality beside the equality there is none: another
 * element of an array may be the one that satisfies it, so the property orders the rows by that element, and needs a
 * place of its own in the index for it (index chooser of the App Engine SDK).
 */
export function constantOf({ equals, ranges }: Disjunct, property: string): Buffer | undefined {
  if (ranges.has(property)) return undefined;
  return equals.find((equal) => equal.property === property)?.value;
}

function addAncestor(disjunct: Disjunct, { property, values }: Comparison, pathOf: (value: Value) => Buffer) {
  if (property !== '__key__') throw invalid('HAS_ANCESTOR can filter __key__ only.');
  if (disjunct.ancestor) throw invalid('A query can have one ancestor only.');
  disjunct.ancestor = pathOf(values[0]!);
}

function addRange(disjunct: Disjunct, { property, op, values }: Comparison) {
  const encoded = values.map(encodeValue);
  // A comparison stays within one type, the encoding's first byte; NOT_EQUAL and NOT_IN match every other type.
  const found = intervalsOf(op, encoded, exactly(encoded[0]!.subarray(0, 1)));
  disjunct.ranges.set(property, intersect(disjunct.ranges.get(property) ?? [EVERYTHING], found));
}

function intervalsOf(op: Comparison['op'], values: Buffer[], type: Interval): Interval[] {
  const value = values[0]!;
  switch (op) {
    case 'LESS_THAN':
      return intersect([type], [{ from: FIRST, to: before(value) }]);
    case 'LESS_THAN_OR_EQUAL':
      return intersect([type], [{ from: FIRST, to: after(value) }]);
    case 'GREATER_THAN':
      return intersect([type], [{ from: after(value), to: LAST }]);
    case 'GREATER_THAN_OR_EQUAL':
      return intersect([type], [{ from: before(value), to: LAST }]);
    case 'OUTSIDE':
      return outside(values.map(exactly));
    case 'EQUAL':
      return [exactly(value)];
    case 'HAS_ANCESTOR':
      break;
  }
  throw new TypeError('An ancestor is no interval.');
}

function pathOf(value: Value, request: Request, partition: Partition): Buffer {
  if (value.valueType !== 'keyValue') throw invalid('A filter on __key__ must compare with a key.');
  const address = addressOf(request, { ...value.keyValue, partitionId: value.keyValue.partitionId ?? partition });
  if (address.partition.namespaceId !== partition.namespaceId) {
    throw invalid('A filter on __key__ must name a key of the namespace that is queried.');
  }
  return encodePath(address.key.path);
}

const invalid = (message: string) => new CloudError('INVALID_ARGUMENT', message);
