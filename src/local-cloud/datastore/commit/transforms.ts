import { CloudError } from '../../cloud-error.ts';
import { encodeValue, toTimestamp } from '../encoding/values.ts';
import type { Entity, PropertyTransform, Value } from '../protocol.ts';
import { LIMITS } from '../limits.ts';
import { setValueAt, splitPath, valueAt } from './property-path.ts';

/**
 * Applies transforms to an entity in place, in order (datastore.proto, PropertyTransform).
 * @param requestTime milliseconds since the Unix epoch
 * @returns one result each: the new value, null for array transforms
 */
export function applyTransforms(entity: Entity, transforms: PropertyTransform[], requestTime: number): Value[] {
  if (transforms.length > LIMITS.transforms)
    throw invalid(`At most ${LIMITS.transforms} transforms are allowed per entity.`);
  return transforms.map((transform) => {
    const names = splitPath(transform.property ?? '');
    const current = valueAt(entity, names);
    const next = transformed(current, transform, requestTime);
    setValueAt(entity, names, keepingExclusion(current, next));
    return next.valueType === 'arrayValue' ? NULL : next;
  });
}

const NULL: Value = { valueType: 'nullValue', nullValue: 'NULL_VALUE' };

function transformed(current: Value | undefined, transform: PropertyTransform, requestTime: number): Value {
  const { setToServerValue, increment, maximum, minimum, appendMissingElements, removeAllFromArray } = transform;
  if (setToServerValue === 'REQUEST_TIME') {
    return { valueType: 'timestampValue', timestampValue: toTimestamp(requestTime * 1000) };
  }
  if (increment) return incremented(numeric(current), operand(increment));
  if (maximum) return extreme(numeric(current), operand(maximum), 1);
  if (minimum) return extreme(numeric(current), operand(minimum), -1);
  if (appendMissingElements) return appended(elements(current), appendMissingElements.values ?? []);
  if (removeAllFromArray) return without(elements(current), removeAllFromArray.values ?? []);
  throw invalid(`The transform of "${transform.property}" is unknown.`);
}

function keepingExclusion(current: Value | undefined, next: Value): Value {
  return current?.excludeFromIndexes && next.valueType !== 'arrayValue' ? { ...next, excludeFromIndexes: true } : next;
}

type Numeric = Extract<Value, { valueType: 'integerValue' | 'doubleValue' }>;

function numeric(value: Value | undefined): Numeric | undefined {
  return value?.valueType === 'integerValue' || value?.valueType === 'doubleValue' ? value : undefined;
}

function operand(value: Value): Numeric {
  const number = numeric(value);
  if (!number) throw invalid('The operand of a numeric transform must be an integer or a double.');
  return number;
}

const asNumber = (value: Numeric) =>
  value.valueType === 'integerValue' ? Number(value.integerValue) : value.doubleValue;

function incremented(current: Numeric | undefined, by: Numeric): Value {
  if (!current) return by;
  if (current.valueType === 'integerValue' && by.valueType === 'integerValue') {
    const sum = BigInt(current.integerValue) + BigInt(by.integerValue);
    return { valueType: 'integerValue', integerValue: clamp(sum).toString() };
  }
  return { valueType: 'doubleValue', doubleValue: asNumber(current) + asNumber(by) };
}

const MAX = (1n << 63n) - 1n;
const clamp = (value: bigint) => (value > MAX ? MAX : value < -MAX - 1n ? -MAX - 1n : value);

function extreme(current: Numeric | undefined, other: Numeric, sign: 1 | -1): Value {
  if (!current) return other;
  const isNaN = [current, other].find((value) => Number.isNaN(asNumber(value)));
  if (isNaN) return isNaN;
  // The index order of numbers compares integers and doubles exactly.
  return Math.sign(Buffer.compare(encodeValue(other), encodeValue(current))) === sign ? other : current;
}

function elements(current: Value | undefined): Value[] {
  return current?.valueType === 'arrayValue' ? (current.arrayValue.values ?? []) : [];
}

function appended(current: Value[], added: Value[]): Value {
  const values = [...current];
  const known = new Set(current.map(identity));
  for (const value of added) {
    if (known.has(identity(value))) continue;
    known.add(identity(value));
    values.push(value);
  }
  return { valueType: 'arrayValue', arrayValue: { values } };
}

function without(current: Value[], removed: Value[]): Value {
  const gone = new Set(removed.map(identity));
  return { valueType: 'arrayValue', arrayValue: { values: current.filter((value) => !gone.has(identity(value))) } };
}

// Equal numbers of different types have one encoding, as the array transforms want it.
const identity = (value: Value) => encodeValue(value).toString('latin1');

const invalid = (message: string) => new CloudError('INVALID_ARGUMENT', message);
