import type { Key } from '@google-cloud/datastore';
import type { protos } from '@google-cloud/datastore-api';

/** Project and database, as every request names them. */
export interface Database {
  projectId: string;
  databaseId?: string;
}

const OPERATORS = {
  '=': 'EQUAL',
  '<': 'LESS_THAN',
  '<=': 'LESS_THAN_OR_EQUAL',
  '>': 'GREATER_THAN',
  '>=': 'GREATER_THAN_OR_EQUAL',
  in: 'IN',
} as const;
type Operator = keyof typeof OPERATORS;

type FilterValue = string | boolean | readonly string[];

/** A query of entities below an ancestor: the only ones that answer a request of a user. */
export interface RawQuery {
  kind: string;
  ancestor: Key;
  filters?: readonly (readonly [property: string, operator: Operator, value: FilterValue])[];
  order?: { by: string; descending: boolean };
  limit?: number;
  /** Takes these properties alone, from the index. */
  select?: readonly string[];
}

/** What `RunQuery` takes. */
export function queryMessage(
  database: Database,
  { kind, ancestor, filters = [], order, limit, select }: RawQuery,
): protos.google.datastore.v1.IQuery {
  const below = propertyFilter('__key__', 'HAS_ANCESTOR', { keyValue: keyMessage(database, ancestor) });
  const others = filters.map(([property, operator, value]) =>
    propertyFilter(property, OPERATORS[operator], valueMessage(value)),
  );
  return {
    kind: [{ name: kind }],
    filter: { compositeFilter: { op: 'AND', filters: [below, ...others] } },
    ...(order && {
      order: [{ property: { name: order.by }, direction: order.descending ? 'DESCENDING' : 'ASCENDING' }],
    }),
    ...(limit !== undefined && { limit: { value: limit } }),
    ...(select !== undefined && { projection: select.map((name) => ({ property: { name } })) }),
  };
}

function valueMessage(value: FilterValue): protos.google.datastore.v1.IValue {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { booleanValue: value };
  return { arrayValue: { values: value.map(valueMessage) } };
}

const propertyFilter = (
  name: string,
  op: 'HAS_ANCESTOR' | (typeof OPERATORS)[Operator],
  value: protos.google.datastore.v1.IValue,
): protos.google.datastore.v1.IFilter => ({ propertyFilter: { property: { name }, op, value } });

/** All our keys have names: `['User', 'x', 'Photo', 'y']`. */
export const keyMessage = (database: Database, { path }: Key) => ({
  partitionId: database,
  path: path.flatMap((kind, at) => (at % 2 === 0 ? [{ kind: String(kind), name: String(path[at + 1]) }] : [])),
});
