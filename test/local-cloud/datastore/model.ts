/** A Datastore in a few lines: every query looks at every entity. What is fast is held against it. */
export type Scalar = null | number | boolean | string | Date;
export type Properties = Record<string, Scalar | Scalar[]>;

export interface Row {
  /** Kind and name in turn. */
  path: string[];
  properties: Properties;
}

export type Operator = '=' | '<' | '<=' | '>' | '>=' | '!=' | 'IN' | 'NOT_IN';

/** A value, or the path of a key. */
export type Part = Scalar | string[];

interface Comparison {
  property: string;
  op: Operator;
  values: Part[];
}

export type Condition = Comparison | { all: Condition[] } | { any: Condition[] };

export interface ModelQuery {
  kind: string;
  ancestor: string[] | undefined;
  condition: Condition | undefined;
  orders: { property: string; descending: boolean }[];
}

type Position = Part[];

/** The paths of the results in order. */
export function expected(rows: Row[], query: ModelQuery): string[][] {
  const columns = [...withInequality(query), keyOrder(query)];
  const compare = (a: Position, b: Position) => {
    const orders = columns.map(({ descending }, at) => compareParts(a[at]!, b[at]!) * (descending ? -1 : 1));
    return orders.find((order) => order !== 0) ?? 0;
  };
  return rows
    .flatMap((row) => {
      const positions = disjuncts(query.condition).flatMap((all) => positionsOf(row, query, all, columns));
      return positions.length > 0 ? [positions.sort(compare)[0]!] : [];
    })
    .sort(compare)
    .map((position) => position.at(-1) as string[]);
}

function disjuncts(condition: Condition | undefined): Comparison[][] {
  if (!condition) return [[]];
  if ('any' in condition) return condition.any.flatMap(disjuncts);
  if ('all' in condition) {
    return condition.all.reduce<Comparison[][]>(
      (left, part) => left.flatMap((a) => disjuncts(part).map((b) => a.concat(b))),
      [[]],
    );
  }
  if (condition.op !== 'IN') return [[condition]];
  return condition.values.map((value) => [{ property: condition.property, op: '=', values: [value] }]);
}

/** The key ends every order: as given, or in the direction of the last order that counts. */
function keyOrder(query: ModelQuery): ModelQuery['orders'][number] {
  const given = query.orders.find(({ property }) => property === '__key__');
  return given ?? { property: '__key__', descending: countingOrders(query).at(-1)?.descending ?? false };
}

/** The properties of inequalities end the orders, in the direction of the last one given. */
function withInequality({ condition, orders: given }: ModelQuery): ModelQuery['orders'] {
  const orders = given.filter(({ property }) => property !== '__key__');
  const compared = disjuncts(condition)
    .flat()
    .filter(({ property, op }) => op !== '=' && property !== '__key__');
  const properties = [...new Set(compared.map(({ property }) => property))].sort();
  const missing = properties.filter((property) => !orders.some((order) => order.property === property));
  const descending = orders.at(-1)?.descending ?? false;
  return orders.concat(missing.map((property) => ({ property, descending })));
}

/** An order on a property that is equal in all results, and not compared besides, does not decide how ties end. */
function countingOrders(query: ModelQuery): ModelQuery['orders'] {
  return withInequality(query).filter(({ property }) => {
    const values = disjuncts(query.condition).map((all) => onlyValue(all, property));
    return values.some((one) => !one || compareParts(one.values[0]!, values[0]!.values[0]!) !== 0);
  });
}

/** The equality on a property that has no inequality beside it. */
function onlyValue(all: Comparison[], property: string): Comparison | undefined {
  const compared = all.filter((one) => one.property === property);
  return compared.every(({ op }) => op === '=') ? compared[0] : undefined;
}

/** All rows that the entity would have in an index made for these orders. */
function positionsOf(row: Row, query: ModelQuery, all: Comparison[], columns: ModelQuery['orders']): Position[] {
  const below = query.ancestor?.every((part, at) => row.path[at] === part) ?? true;
  const equalities = all.filter(({ op }) => op === '=');
  const inequalities = all.filter(({ op }) => op !== '=');
  const hasAll = equalities.every((one) => partsOf(row, one.property).some((value) => holds(value, one)));
  if (row.path.at(-2) !== query.kind || !below || !hasAll) return [];
  return columns.reduce<Position[]>(
    (rows, { property }) => {
      const equal = onlyValue(all, property);
      const wanted = equal ? [equal] : inequalities.filter((one) => one.property === property);
      const values = partsOf(row, property).filter((value) => wanted.every((one) => holds(value, one)));
      return rows.flatMap((position) => values.map((value) => position.concat([value])));
    },
    [[]],
  );
}

/** The values of a property, or the row's path for `__key__`. */
export const partsOf = (row: Row, property: string): Part[] =>
  property === '__key__' ? [row.path] : valuesOf(row, property);

export function valuesOf({ properties }: Row, property: string): Scalar[] {
  const value = properties[property];
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}

function holds(value: Part, { op, values }: Comparison): boolean {
  const order = compareParts(value, values[0]!);
  if (op === '!=' || op === 'NOT_IN') return values.every((other) => compareParts(value, other) !== 0);
  if (op === '=') return order === 0;
  if (rank(value) !== rank(values[0]!)) return false;
  return op === '<' ? order < 0 : op === '<=' ? order <= 0 : op === '>' ? order > 0 : order >= 0;
}

function rank(value: Part): number {
  if (value === null) return 0;
  if (value instanceof Date) return 2;
  return { number: 1, boolean: 3, string: 4, object: 5 }[typeof value as 'number' | 'boolean' | 'string' | 'object'];
}

/** The order of two values or two paths. */
export function compareParts(a: Part, b: Part): number {
  if (Array.isArray(a) && Array.isArray(b)) return comparePaths(a, b);
  if (rank(a) !== rank(b)) return rank(a) - rank(b);
  if (typeof a === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b as string));
  return Number(a) - Number(b);
}

function comparePaths(a: string[], b: string[]): number {
  const at = a.findIndex((part, index) => part !== b[index]);
  if (at < 0) return a.length - b.length;
  return b[at] === undefined ? 1 : compareParts(a[at]!, b[at]);
}
