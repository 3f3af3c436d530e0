/**
 * The messages of google.datastore.v1 as `grpc.ts` decodes them: int64 as decimal text, enums by name, absent fields
 * absent. Only what the engine reads is listed; entity.proto and query.proto describe the meaning.
 */
export interface PartitionId {
  projectId?: string;
  databaseId?: string;
  namespaceId?: string;
}

export interface PathElement {
  kind: string;
  id?: string;
  name?: string;
}

export interface Key {
  partitionId?: PartitionId | null;
  path: PathElement[];
}

/** Seconds since the Unix epoch as decimal text, and nanoseconds. */
export interface Timestamp {
  seconds?: string | number;
  nanos?: number;
}

export type Value = { meaning?: number; excludeFromIndexes?: boolean } & (
  | { valueType: 'nullValue'; nullValue: 'NULL_VALUE' }
  | { valueType: 'booleanValue'; booleanValue: boolean }
  | { valueType: 'integerValue'; integerValue: string }
  | { valueType: 'doubleValue'; doubleValue: number }
  | { valueType: 'timestampValue'; timestampValue: Timestamp }
  | { valueType: 'keyValue'; keyValue: Key }
  | { valueType: 'stringValue'; stringValue: string }
  | { valueType: 'blobValue'; blobValue: Buffer }
  | { valueType: 'geoPointValue'; geoPointValue: { latitude?: number; longitude?: number } }
  | { valueType: 'entityValue'; entityValue: Entity }
  | { valueType: 'arrayValue'; arrayValue: { values?: Value[] } }
);

export interface Entity {
  key?: Key | null;
  properties?: Record<string, Value>;
}

export interface PropertyMask {
  paths?: string[];
}

export interface PropertyTransform {
  property?: string;
  transformType?: string;
  setToServerValue?: string;
  increment?: Value;
  maximum?: Value;
  minimum?: Value;
  appendMissingElements?: { values?: Value[] };
  removeAllFromArray?: { values?: Value[] };
}

export interface Mutation {
  operation?: 'insert' | 'update' | 'upsert' | 'delete';
  insert?: Entity;
  update?: Entity;
  upsert?: Entity;
  delete?: Key;
  baseVersion?: string;
  updateTime?: Timestamp;
  conflictDetectionStrategy?: 'baseVersion' | 'updateTime';
  conflictResolutionStrategy?: 'STRATEGY_UNSPECIFIED' | 'SERVER_VALUE' | 'FAIL';
  propertyMask?: PropertyMask | null;
  propertyTransforms?: PropertyTransform[];
}

export interface TransactionOptions {
  mode?: 'readWrite' | 'readOnly';
  readWrite?: { previousTransaction?: Buffer } | null;
  readOnly?: { readTime?: Timestamp | null } | null;
}

export interface ReadOptions {
  consistencyType?: 'readConsistency' | 'transaction' | 'newTransaction' | 'readTime';
  readConsistency?: 'READ_CONSISTENCY_UNSPECIFIED' | 'STRONG' | 'EVENTUAL';
  transaction?: Buffer;
  newTransaction?: TransactionOptions;
  readTime?: Timestamp;
}

export interface Request {
  projectId?: string;
  databaseId?: string;
}

export interface LookupRequest extends Request {
  readOptions?: ReadOptions | null;
  keys?: Key[];
  propertyMask?: PropertyMask | null;
}

export interface RunQueryRequest extends Request {
  partitionId?: PartitionId | null;
  readOptions?: ReadOptions | null;
  query?: Query;
  gqlQuery?: unknown;
  propertyMask?: PropertyMask | null;
  explainOptions?: unknown;
}

export interface RunAggregationQueryRequest extends Request {
  partitionId?: PartitionId | null;
  readOptions?: ReadOptions | null;
  aggregationQuery?: { nestedQuery?: Query; aggregations?: Aggregation[] };
  gqlQuery?: unknown;
  explainOptions?: unknown;
}

export interface Aggregation {
  operator?: 'count' | 'sum' | 'avg';
  /** A bound that is present but empty means 0. */
  count?: { upTo?: { value?: string } | null };
  sum?: { property?: PropertyReference | null };
  avg?: { property?: PropertyReference | null };
  alias?: string;
}

export interface BeginTransactionRequest extends Request {
  transactionOptions?: TransactionOptions | null;
}

export interface CommitRequest extends Request {
  mode?: 'MODE_UNSPECIFIED' | 'TRANSACTIONAL' | 'NON_TRANSACTIONAL';
  transaction?: Buffer;
  singleUseTransaction?: TransactionOptions;
  transactionSelector?: 'transaction' | 'singleUseTransaction';
  mutations?: Mutation[];
}

export interface RollbackRequest extends Request {
  transaction?: Buffer;
}

export interface KeysRequest extends Request {
  keys?: Key[];
}

type Direction = 'ASCENDING' | 'DESCENDING' | 'DIRECTION_UNSPECIFIED';

interface PropertyReference {
  name?: string;
}

export interface Query {
  projection?: { property?: PropertyReference | null }[];
  kind?: { name?: string }[];
  filter?: Filter | null;
  order?: { property?: PropertyReference | null; direction?: Direction }[];
  distinctOn?: PropertyReference[];
  startCursor?: Buffer;
  endCursor?: Buffer;
  offset?: number;
  /** Present but empty means 0. */
  limit?: { value?: number } | null;
  findNearest?: unknown;
}

export interface Filter {
  filterType?: 'compositeFilter' | 'propertyFilter';
  compositeFilter?: { op?: 'OPERATOR_UNSPECIFIED' | 'AND' | 'OR'; filters?: Filter[] };
  propertyFilter?: PropertyFilter;
}

export interface PropertyFilter {
  property?: PropertyReference | null;
  op?: PropertyOperator;
  value?: Value | null;
}

export type PropertyOperator =
  | 'OPERATOR_UNSPECIFIED'
  | 'LESS_THAN'
  | 'LESS_THAN_OR_EQUAL'
  | 'GREATER_THAN'
  | 'GREATER_THAN_OR_EQUAL'
  | 'EQUAL'
  | 'IN'
  | 'NOT_EQUAL'
  | 'HAS_ANCESTOR'
  | 'NOT_IN';
