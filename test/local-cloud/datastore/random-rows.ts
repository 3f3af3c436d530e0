import * as fc from 'fast-check';
import type { Condition, ModelQuery, Properties, Row, Scalar } from './model.ts';

export const scalar: fc.Arbitrary<Scalar> = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(0, 1, 0.5) },
  { weight: 2, arbitrary: fc.constantFrom('a', 'a\0', 'b', '\u{1f600}', '\uffff') },
  { weight: 1, arbitrary: fc.constantFrom(null, true, new Date(0), -1) },
);
const property = fc.constantFrom('a', 'b');
const value = fc.oneof({ weight: 3, arbitrary: scalar }, { weight: 1, arbitrary: fc.array(scalar, { maxLength: 3 }) });
const properties: fc.Arbitrary<Properties> = fc.record({ a: value, b: value }, { requiredKeys: ['a'] });
const name = fc.constantFrom('x', 'y', 'x\0', 'yy', 'z', 'a', 'b', 'c', 'd', 'e');
const path = fc.oneof(
  { weight: 1, arbitrary: fc.tuple(fc.constant('Root'), name) },
  { weight: 3, arbitrary: fc.tuple(fc.constant('Root'), fc.constantFrom('x', 'y'), fc.constant('Leaf'), name) },
);
/** Entities of two kinds, many values alike, some properties with several. */
export const rows: fc.Arbitrary<Row[]> = fc.uniqueArray(fc.record({ path, properties }), {
  minLength: 18,
  maxLength: 24,
  selector: (row) => row.path.join('/'),
});

const equality = fc.record({ property, op: fc.constant('=' as const), values: fc.tuple(scalar) });
const membership = fc.record({
  property,
  op: fc.constant('IN' as const),
  values: fc.array(scalar, { minLength: 1, maxLength: 3 }),
});
const range: fc.Arbitrary<Condition> = fc.record({
  property: fc.constant('a'),
  op: fc.constantFrom('<' as const, '<=' as const, '>' as const, '>=' as const, '!=' as const),
  values: fc.tuple(scalar),
});
const inequality: fc.Arbitrary<Condition> = fc.oneof(
  range,
  fc.record({
    property: fc.constant('a'),
    op: fc.constant('NOT_IN' as const),
    values: fc.array(scalar, { minLength: 1, maxLength: 3 }),
  }),
);
const equalOnA = fc.record({ property: fc.constant('a'), op: fc.constant('=' as const), values: fc.tuple(scalar) });
const equalOnB = fc.record({ property: fc.constant('b'), op: fc.constant('=' as const), values: fc.tuple(scalar) });
const rangeOnB = fc.record({
  property: fc.constant('b'),
  op: fc.constantFrom('<' as const, '>=' as const),
  values: fc.tuple(scalar),
});
const key = fc.constant('__key__');
export const ofKeys = fc.oneof(
  fc.record({ property: key, op: fc.constant('=' as const), values: fc.tuple(path) }),
  fc.record({ property: key, op: fc.constant('IN' as const), values: fc.array(path, { minLength: 1, maxLength: 3 }) }),
);
const rangeOfKeys = fc.record({
  property: key,
  op: fc.constantFrom('<=' as const, '>' as const),
  values: fc.tuple(path),
});
const all = (...parts: fc.Arbitrary<Condition>[]) => fc.record({ all: fc.tuple(...parts) });
const any = (...parts: fc.Arbitrary<Condition>[]) => fc.record({ any: fc.tuple(...parts) });
const condition: fc.Arbitrary<Condition | undefined> = fc.oneof(
  fc.constant(undefined),
  equality,
  membership,
  inequality,
  all(equality, fc.oneof(equality, membership)),
  all(inequality, equalOnB),
  all(inequality, rangeOnB),
  any(equality, all(equality, equality)),
  all(equalOnA, inequality),
  all(equalOnA, inequality, rangeOnB),
  any(equalOnB, all(equalOnA, range)),
  any(range, rangeOnB),
  any(all(range, equalOnB), rangeOnB, equalOnA),
  ofKeys,
  all(fc.oneof(equality, range), ofKeys),
  any(fc.oneof(equality, range), ofKeys),
  all(inequality, rangeOfKeys),
  any(range, rangeOfKeys),
);
const order: fc.Arbitrary<ModelQuery['orders'][number]> = fc.record({ property, descending: fc.boolean() });
export const query: fc.Arbitrary<ModelQuery> = fc
  .record({
    kind: fc.constantFrom('Root', 'Leaf', 'Leaf'),
    ancestor: fc.option(fc.constantFrom<string[]>(['Root', 'x'], ['Root', 'x'], ['Root', 'y', 'Leaf', 'x']), {
      nil: undefined,
    }),
    condition,
    orders: fc.uniqueArray(order, { maxLength: 2, selector: (one) => one.property }),
    keyOrder: fc.option(fc.record({ property: fc.constant('__key__'), descending: fc.boolean() }), { freq: 3 }),
  })
  .map(({ kind, ancestor, condition, orders, keyOrder }) => {
    return { kind, ancestor, condition, orders: keyOrder ? orders.concat(keyOrder) : orders };
  })
  .map(leadingWithInequality);

/** An inequality's property must lead the orders. */
function leadingWithInequality(query: ModelQuery): ModelQuery {
  const isInequality = (part: Condition): boolean =>
    'all' in part
      ? part.all.some(isInequality)
      : 'any' in part
        ? part.any.some(isInequality)
        : !['=', 'IN'].includes(part.op);
  if (!query.condition || !isInequality(query.condition) || query.orders.length === 0) return query;
  const others = query.orders.filter((one) => one.property !== 'a');
  return { ...query, orders: [{ property: 'a', descending: query.orders[0]!.descending }, ...others] };
}
