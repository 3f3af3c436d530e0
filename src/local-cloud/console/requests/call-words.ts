import type { Filter, Key, PropertyOperator, Query, Value } from '../../datastore/protocol.ts';
import type { UsedIndex } from '../../datastore/query/index-choice.ts';
import { nameOf } from '../datastore/entity-key.ts';
import { valueInWords } from '../datastore/value-words.ts';
import { cut } from '../words.ts';

/** Characters of a name that are shown: those of the app's own ids, and some more. */
const LONGEST_NAME = 24;

/** A path as a person reads it, long names cut. */
export const shortKey = ({ path }: Key): string =>
  path.map((element) => `${element.kind} ${cut(nameOf(element), LONGEST_NAME)}`).join(' / ');

/** A query in the order in which a reader asks: what, below what, where, in which order, how many. */
export function queryWords({ kind = [], filter, order = [], projection = [], limit, offset }: Query): string {
  const filters = partsOf(filter);
  const ancestor = filters.find(({ propertyFilter }) => propertyFilter?.op === 'HAS_ANCESTOR');
  const others = filters.filter((part) => part !== ancestor);
  const value = ancestor?.propertyFilter?.value;
  const orders = order.map(
    ({ property, direction }) => `${property?.name}${direction === 'DESCENDING' ? ' desc' : ''}`,
  );
  const properties = projection.map(({ property }) => property?.name);
  return [
    kind[0]?.name ?? 'all kinds',
    properties.length > 0 && `(${properties.join(', ')})`,
    value && `below ${valueWords(value)}`,
    others.length > 0 && `where ${others.map(filterWords).join(' and ')}`,
    orders.length > 0 && `by ${orders.join(', ')}`,
    offset && `from ${offset}`,
    limit && `limit ${limit.value ?? 0}`,
  ]
    .filter(Boolean)
    .join(' ');
}

/** The parts of an AND. */
function partsOf(filter: Filter | null | undefined): Filter[] {
  if (!filter) return [];
  const { compositeFilter } = filter;
  if (!compositeFilter || compositeFilter.op === 'OR') return [filter];
  return (compositeFilter.filters ?? []).flatMap(partsOf);
}

function filterWords({ compositeFilter, propertyFilter }: Filter): string {
  if (compositeFilter) return `(${(compositeFilter.filters ?? []).map(filterWords).join(' or ')})`;
  const { property, op = 'OPERATOR_UNSPECIFIED', value } = propertyFilter ?? {};
  return `${property?.name} ${SIGNS[op] ?? op} ${value ? valueWords(value) : 'null'}`;
}

const SIGNS: Partial<Record<PropertyOperator, string>> = {
  EQUAL: '=',
  NOT_EQUAL: '!=',
  LESS_THAN: '<',
  LESS_THAN_OR_EQUAL: '<=',
  GREATER_THAN: '>',
  GREATER_THAN_OR_EQUAL: '>=',
  IN: 'in',
  NOT_IN: 'not in',
  HAS_ANCESTOR: 'below',
};

const LONGEST_TEXT = 48;

function valueWords(value: Value): string {
  const words = valueInWords(value, LONGEST_TEXT);
  return value.valueType === 'stringValue' ? `"${words}"` : words;
}

/** An index as index.yaml orders it, or which automatic one. */
export function indexWords(index: UsedIndex): string {
  if ('properties' in index) {
    const properties = index.properties.map(({ name, direction }) => (direction === 'desc' ? `${name} desc` : name));
    return `${index.kind} (${[...(index.ancestor ? ['ancestor'] : []), ...properties].join(', ')})`;
  }
  if (index.kind === undefined) return 'automatic, of all entities';
  return `automatic, ${index.kind}${index.property === undefined ? '' : `.${index.property}`}`;
}
