import { CloudError } from '../../cloud-error.ts';
import type { Filter, PropertyFilter, PropertyOperator, Value } from '../protocol.ts';

/** The most disjunctions that a query may come to ("Queries" in Google's documentation). */
const MAX_DISJUNCTIONS = 30;
const MAX_NOT_IN = 10;

/** One comparison, with IN and composite filters resolved. */
export interface Comparison {
  property: string;
  op: Exclude<PropertyOperator, 'IN' | 'NOT_IN' | 'NOT_EQUAL' | 'OPERATOR_UNSPECIFIED'> | 'OUTSIDE';
  /** One value; for OUTSIDE (NOT_EQUAL, NOT_IN) all excluded values. */
  values: Value[];
}

/** The filter as an OR of ANDs. */
export function toDisjuncts(filter: Filter | null | undefined): Comparison[][] {
  if (!filter) return [[]];
  refuseBeside(filter);
  const disjuncts = expand(filter);
  if (disjuncts.length > MAX_DISJUNCTIONS) {
    throw invalid(`The query comes to ${disjuncts.length} disjunctions; at most ${MAX_DISJUNCTIONS} are allowed.`);
  }
  return disjuncts;
}

function expand(filter: Filter): Comparison[][] {
  if (filter.propertyFilter) return expandProperty(filter.propertyFilter);
  const { op, filters = [] } = filter.compositeFilter ?? {};
  if (filters.length === 0) throw invalid('A composite filter must have at least one filter.');
  if (op === 'OR') return filters.flatMap(expand);
  if (op !== 'AND') throw invalid('A composite filter must have an operator.');
  return filters.reduce<Comparison[][]>((all, part) => conjunction(all, expand(part)), [[]]);
}

function conjunction(left: Comparison[][], right: Comparison[][]): Comparison[][] {
  // Refused before it is multiplied out: nested lists grow without bound.
  if (left.length * right.length > MAX_DISJUNCTIONS)
    throw invalid(`The query comes to more than ${MAX_DISJUNCTIONS} disjunctions.`);
  return left.flatMap((a) => right.map((b) => [...a, ...b]));
}

function expandProperty({ property, op, value }: PropertyFilter): Comparison[][] {
  const name = property?.name;
  if (!name) throw invalid('A filter must name a property.');
  if (!value) throw invalid(`The filter on "${name}" has no value.`);
  switch (op) {
    case 'IN':
      return listOf(name, value).map((element) => [{ property: name, op: 'EQUAL', values: [element] }]);
    case 'NOT_IN':
      return [[{ property: name, op: 'OUTSIDE', values: shortListOf(name, value) }]];
    case 'NOT_EQUAL':
      return [[{ property: name, op: 'OUTSIDE', values: [single(name, value)] }]];
    case 'OPERATOR_UNSPECIFIED':
    case undefined:
      break;
    case 'EQUAL':
    case 'LESS_THAN':
    case 'LESS_THAN_OR_EQUAL':
    case 'GREATER_THAN':
    case 'GREATER_THAN_OR_EQUAL':
    case 'HAS_ANCESTOR':
      return [[{ property: name, op, values: [single(name, value)] }]];
  }
  throw invalid(`The filter on "${name}" has no operator.`);
}

function listOf(name: string, value: Value): Value[] {
  const values = value.valueType === 'arrayValue' ? (value.arrayValue.values ?? []) : [];
  if (values.length === 0) throw invalid(`The filter on "${name}" needs a non-empty array.`);
  return values.map((element) => single(name, element));
}

function shortListOf(name: string, value: Value): Value[] {
  const values = listOf(name, value);
  if (values.length > MAX_NOT_IN) throw invalid(`NOT_IN on "${name}" takes at most ${MAX_NOT_IN} values.`);
  return values;
}

function single(name: string, value: Value): Value {
  if (!value.valueType) throw invalid(`The filter on "${name}" has no value, or one without a type.`);
  if (value.valueType === 'arrayValue') throw invalid(`The filter on "${name}" cannot compare with an array.`);
  return value;
}

/** NOT_IN stands alone, and of NOT_EQUAL and NOT_IN there is at most one (query.proto, PropertyFilter.Operator). */
function refuseBeside(filter: Filter) {
  const operators = operatorsOf(filter);
  const count = (...names: string[]) => operators.filter((name) => names.includes(name)).length;
  if (count('NOT_EQUAL', 'NOT_IN') > 1) throw invalid('At most one NOT_EQUAL or NOT_IN filter is allowed in a query.');
  if (count('NOT_IN') > 0 && count('IN', 'OR') > 0) throw invalid('NOT_IN cannot be combined with IN or OR.');
}

function operatorsOf({ propertyFilter, compositeFilter }: Filter): string[] {
  if (propertyFilter) return [propertyFilter.op ?? ''];
  const { op = '', filters = [] } = compositeFilter ?? {};
  // An OR of one filter is that filter.
  return [...(filters.length > 1 ? [op] : []), ...filters.flatMap(operatorsOf)];
}

const invalid = (message: string) => new CloudError('INVALID_ARGUMENT', message);
