import { CloudError } from '../../cloud-error.ts';
import { partitionOf } from '../keys.ts';
import type { PartitionId, Query, Request } from '../protocol.ts';
import type { Partition } from '../store/spaces.ts';
import { readDisjunct, type Disjunct } from './disjunct.ts';
import { toDisjuncts } from './filters.ts';
import { readOrders, type Order } from './orders.ts';

/** A query, checked, with everything implied made explicit. */
export interface QueryShape {
  partition: Partition;
  kind: string | undefined;
  /** The ancestor's path, encoded. */
  ancestor: Buffer | undefined;
  disjuncts: Disjunct[];
  /** The orders before the key: those given, then what the inequality, the projection and aggregations need. */
  orders: Order[];
  /** How many of the last orders are there only because of the projection: an index may have them in any direction. */
  projectedOrders: number;
  /** Whether rows that are equal so far come in descending key order. */
  keyDescends: boolean;
  /** The properties of a projection; undefined for whole entities. */
  projection: string[] | undefined;
  keysOnly: boolean;
  /** How many of the first orders are distinct; undefined without `distinct_on`. */
  distinct: number | undefined;
  offset: number;
  limit: number;
}

/** `needed`: properties that an aggregation reads, so that entities without them do not count. */
export function readQuery(
  request: Request,
  id: PartitionId | null | undefined,
  query: Query,
  needed: string[] = [],
): QueryShape {
  if (query.findNearest) throw unimplemented('FindNearest');
  const kind = query.kind?.[0]?.name || undefined;
  if (kind && /^__.*__$/s.test(kind) && !isMetadataKind(kind)) throw unimplemented(`queries on ${kind}`);
  if ((query.kind?.length ?? 0) > 1) throw invalid('At most one kind can be queried.');
  const partition = partitionOf(request, id);
  const disjuncts = toDisjuncts(query.filter).map((all) => readDisjunct(all, request, partition));
  const projected = (query.projection ?? []).map(({ property }) => property?.name ?? '');
  const projection = projected.filter((name) => name !== '__key__');
  refuseEqualProjection(disjuncts, projection);
  const shape = {
    partition,
    kind,
    ancestor: oneAncestor(disjuncts),
    disjuncts,
    ...readOrders(query, disjuncts, projection, needed),
    projection: projection.length > 0 ? projection : undefined,
    keysOnly: projected.length > 0 && projection.length === 0,
    offset: notNegative('offset', query.offset ?? 0),
    limit: query.limit ? notNegative('limit', query.limit.value ?? 0) : Infinity,
  };
  refuseKindless(shape);
  refuseMetadata(shape);
  return shape;
}

function oneAncestor([first, ...rest]: Disjunct[]): Buffer | undefined {
  const ancestor = first?.ancestor;
  const same = rest.every((other) =>
    other.ancestor && ancestor ? other.ancestor.equals(ancestor) : other.ancestor === ancestor,
  );
  if (!same) throw invalid('All disjunctions must have the same HAS_ANCESTOR filter.');
  return ancestor;
}

function refuseEqualProjection(disjuncts: Disjunct[], projection: string[]) {
  const equal = disjuncts.flatMap(({ equals }) => equals).find(({ property }) => projection.includes(property));
  if (equal) throw invalid(`cannot use projection on a property with an equality filter: ${equal.property}`);
  if (new Set(projection).size < projection.length) throw invalid('A property can be projected once only.');
}

function refuseKindless({
  kind,
  disjuncts,
  orders,
  keyDescends,
}: Pick<QueryShape, 'kind' | 'disjuncts' | 'orders' | 'keyDescends'>) {
  if (kind !== undefined) return;
  const filtered = disjuncts.flatMap(({ equals, ranges }) => [
    ...equals.map(({ property }) => property),
    ...ranges.keys(),
  ])[0];
  if (filtered !== undefined) throw invalid(`kind is required for filter: ${filtered}`);
  if (orders.length > 0 || keyDescends) throw invalid('kind is required for all orders except __key__ ascending');
}

/** Kinds without stored entities: their queries describe the database ("Datastore Metadata" in Google's documentation). */
const METADATA_KINDS = ['__namespace__', '__kind__', '__property__'] as const;

export type MetadataKind = (typeof METADATA_KINDS)[number];

export const isMetadataKind = (kind: string | undefined): kind is MetadataKind =>
  METADATA_KINDS.some((other) => other === kind);

/** Refuses what the documentation does not offer for queries on metadata. */
function refuseMetadata({ kind, disjuncts, orders, keyDescends, projection }: QueryShape) {
  if (!isMetadataKind(kind)) return;
  if (disjuncts.some(({ equals, ranges }) => equals.length > 0 || ranges.size > 0)) {
    throw invalid(`Queries on ${kind} can filter __key__ only.`);
  }
  if (orders.length > 0 || keyDescends) throw invalid(`Queries on ${kind} can be ordered by __key__ ascending only.`);
  if (projection) throw invalid(`Queries on ${kind} have no projection. Select all, or __key__.`);
}

function notNegative(what: string, value: number): number {
  if (value < 0) throw invalid(`The ${what} of a query must not be negative.`);
  return value;
}

const unimplemented = (name: string) => new CloudError('UNIMPLEMENTED', `The local cloud has no ${name}.`);
const invalid = (message: string) => new CloudError('INVALID_ARGUMENT', message);
