import { CloudError } from '../../cloud-error.ts';
import type { Query } from '../protocol.ts';
import { constantOf, type Disjunct } from './disjunct.ts';

export interface Order {
  property: string;
  descending: boolean;
}

/**
 * The whole order of a query's results: orders on a property that is equal in all results fall away, nothing after an
 * order on the key counts, and ties end on the key in the direction of the last order given.
 */
export function readOrders(query: Query, disjuncts: Disjunct[], projection: string[], needed: string[]) {
  const given = givenOrders(query);
  const keyAt = given.findIndex(({ property }) => property === '__key__');
  const counting = (keyAt < 0 ? given : given.slice(0, keyAt)).filter(
    ({ property }) => !isConstant(property, disjuncts),
  );
  const orders = withInequality(counting, disjuncts, keyAt >= 0);
  const keyDescends = (keyAt < 0 ? orders.at(-1) : given[keyAt])?.descending ?? false;
  const distinctOn = (query.distinctOn ?? [])
    .map(({ name }) => name ?? '')
    .filter((name) => !isConstant(name, disjuncts));
  const imply = (names: string[]) => {
    const missing = names.filter((name) => !isConstant(name, disjuncts) && !orders.some(isOrderOf(name)));
    orders.push(...missing.map((property) => ({ property, descending: false })));
    return missing.length;
  };
  imply(distinctOn);
  const projectedOrders = imply([...new Set([...projection, ...needed])]);
  const distinct = query.distinctOn?.length ? leading(distinctOn, orders) : undefined;
  return { orders, projectedOrders: keyAt < 0 ? projectedOrders : 0, keyDescends, distinct };
}

const isOrderOf = (name: string) => (order: Order) => order.property === name;

function givenOrders({ order = [] }: Query): Order[] {
  const orders = order.map(({ property, direction }) => {
    if (!property?.name) throw invalid('An order must name a property.');
    return { property: property.name, descending: direction === 'DESCENDING' };
  });
  return orders.filter(({ property }, at) => orders.findIndex((other) => other.property === property) === at);
}

function withInequality(orders: Order[], disjuncts: Disjunct[], ordersKey: boolean): Order[] {
  const properties = rangedProperties(disjuncts);
  if (ordersKey || orders.length > 0) refuseOtherFirst(orders[0]?.property ?? '__key__', properties, disjuncts);
  const descending = orders.at(-1)?.descending ?? false;
  const missing = properties.filter((property) => !orders.some((order) => order.property === property));
  return [...orders, ...missing.map((property) => ({ property, descending }))];
}

function refuseOtherFirst(first: string, properties: string[], disjuncts: Disjunct[]) {
  const rangesKey = disjuncts.some((disjunct) => disjunct.rangesKey);
  // A range of keys may stand beside any orders that begin with another inequality's property [unverified].
  const possible = properties.length === 0 && rangesKey ? ['__key__'] : properties;
  if (possible.length === 0 || possible.includes(first)) return;
  throw invalid(`inequality filter property and first sort order must be the same: ${possible[0]} and ${first}`);
}

/**
 * The properties with inequalities, by name. That the properties of all disjunctions order each of them, so that a result
 * must have them all, is what Firestore's clients do; for Datastore mode it is a guess [unverified].
 */
function rangedProperties(disjuncts: Disjunct[]): string[] {
  return [...new Set(disjuncts.flatMap(({ ranges }) => [...ranges.keys()]))].sort();
}

/** Whether every result has the same value, so that it orders nothing. */
function isConstant(property: string, disjuncts: Disjunct[]): boolean {
  const values = disjuncts.map((disjunct) => constantOf(disjunct, property));
  const [first] = values;
  return first !== undefined && values.every((value) => value?.equals(first));
}

function leading(distinctOn: string[], orders: Order[]): number {
  const properties = new Set(distinctOn);
  const first = orders.slice(0, properties.size);
  if (first.every(({ property }) => properties.has(property))) return properties.size;
  throw invalid('The distinct_on properties must come before all others in the order.');
}

const invalid = (message: string) => new CloudError('INVALID_ARGUMENT', message);
