import type { Clock } from '../../runtime/clock.ts';
import { CloudError } from '../cloud-error.ts';
import { commit, type Committed } from './commit/commit.ts';
import { LIMITS } from './limits.ts';
import { Consistency, type ConsistencyOptions } from './consistency.ts';
import { allocateKey, primaryRow, type Disk } from './disk.ts';
import { decodePath } from './encoding/keys.ts';
import { Faults } from './faults.ts';
import { IndexUse } from './indexes/index-use.ts';
import { addressOf, groupOf, isIncomplete, refuseReserved } from './keys.ts';
import type {
  BeginTransactionRequest,
  CommitRequest,
  Key,
  KeysRequest,
  LookupRequest,
  Query,
  RollbackRequest,
  RunAggregationQueryRequest,
  RunQueryRequest,
} from './protocol.ts';
import { propertiesOf, readAggregations } from './query/aggregations.ts';
import { orientProjection } from './query/planner.ts';
import { readQuery, type QueryShape } from './query/query-shape.ts';
import { Reader } from './query/reader.ts';
import { runAggregation, type Aggregated } from './query/run-aggregation.ts';
import { runQuery, type Batch } from './query/run-query.ts';
import type { StoredEntity } from './store/entity-store.ts';
import { beginTransaction, openView, type ReadView } from './transactions/read-view.ts';
import { GroupPace } from './transactions/group-pace.ts';
import { Transactions, type Concurrency } from './transactions/transactions.ts';

interface EngineOptions extends ConsistencyOptions {
  concurrency: Concurrency;
  /** Commits per second that one entity group takes; undefined takes as many as come. */
  groupRate: number | undefined;
}

/** The rules of the service. Calls take effect at once. A reply may be sent when `disk.commits.durable()` resolves. */
export class Engine {
  readonly disk: Disk;
  readonly #clock: Clock;
  readonly #transactions: Transactions;
  readonly #pace: GroupPace;
  readonly consistency: Consistency;
  readonly faults = new Faults();
  readonly indexUse: IndexUse;

  constructor(disk: Disk, clock: Clock, options: EngineOptions) {
    this.disk = disk;
    this.#clock = clock;
    this.indexUse = new IndexUse(clock);
    this.#transactions = new Transactions(clock, options.concurrency);
    this.#pace = new GroupPace(options.groupRate);
    this.consistency = new Consistency(clock, options);
  }

  lookup(request: LookupRequest): { view: ReadView; findings: { key: Key; stored: StoredEntity | undefined }[] } {
    const keys = request.keys ?? [];
    if (keys.length > LIMITS.lookupKeys)
      throw invalid(`cannot get more than ${LIMITS.lookupKeys} keys in a single call`);
    const addresses = keys.map((key) => addressOf(request, key));
    for (const address of addresses) this.consistency.touch(groupOf(address));
    const view = openView(this.#viewDeps(), request.readOptions);
    const reader = new Reader(this.disk, view);
    const findings = addresses.map((address) => ({
      key: address.key,
      stored: reader.find(primaryRow(this.disk, address)),
    }));
    return { view, findings };
  }

  runQuery(request: RunQueryRequest): { view: ReadView; batch: Batch } {
    refuseUnsupported(request);
    const { query } = request;
    if (!query) throw invalid('The request has no query.');
    const shape = orientProjection(this.disk, readQuery(request, request.partitionId, query));
    const view = openView(this.#viewDeps(), request.readOptions);
    const run = () => runQuery(this.disk, this.#readerFor(shape, view), shape, query);
    return { view, batch: this.indexUse.noted(query, run) };
  }

  /** What a query finds on disk, for viewers: delayed indexes hide nothing from it, and it makes nothing visible. */
  inspect(request: RunQueryRequest & { query: Query }): Batch {
    const shape = readQuery(request, request.partitionId, request.query);
    const reader = new Reader(this.disk, openView(this.#viewDeps(), undefined));
    return runQuery(this.disk, reader, shape, request.query);
  }

  runAggregation(request: RunAggregationQueryRequest): { view: ReadView } & Aggregated {
    refuseUnsupported(request);
    const { nestedQuery: query, aggregations = [] } = request.aggregationQuery ?? {};
    if (!query) throw invalid('An aggregation query must have a nested query.');
    const accumulators = readAggregations(aggregations);
    const needed = propertiesOf(accumulators);
    const shape = orientProjection(this.disk, readQuery(request, request.partitionId, query, needed));
    const view = openView(this.#viewDeps(), request.readOptions);
    const run = () => runAggregation(this.disk, this.#readerFor(shape, view), shape, query, accumulators);
    return { view, ...this.indexUse.noted(query, run) };
  }

  beginTransaction(request: BeginTransactionRequest): Buffer {
    return beginTransaction(this.#viewDeps(), request.transactionOptions).id;
  }

  commit(request: CommitRequest): Promise<Committed> {
    const { disk, faults } = this;
    const rules = { transactions: this.#transactions, pace: this.#pace, consistency: this.consistency };
    return commit({ disk, faults, clock: this.#clock, ...rules }, request);
  }

  rollback(request: RollbackRequest) {
    this.#transactions.end(this.#transactions.use(request.transaction ?? Buffer.alloc(0)));
  }

  /** The keys with their last elements completed, in the order given. */
  allocateIds(request: KeysRequest): Key[] {
    return (request.keys ?? []).map((incomplete) => {
      const address = addressOf(request, incomplete, true);
      refuseReserved(address.key);
      if (!isIncomplete(address.key)) throw invalid('Ids can be allocated for incomplete keys only.');
      return allocateKey(this.disk, address);
    });
  }

  reserveIds(request: KeysRequest) {
    for (const complete of request.keys ?? []) {
      const id = addressOf(request, complete).key.path.at(-1)!.id;
      if (id !== undefined) this.disk.ids.reserve(id);
    }
  }

  reset() {
    this.#transactions.clear();
    this.#pace.clear();
    this.consistency.clear();
    this.indexUse.clear();
    this.disk.reset();
  }

  /** A global query outside transactions misses hidden writes. An ancestor query makes them visible. */
  #readerFor({ ancestor, partition }: QueryShape, view: ReadView): Reader {
    if (!ancestor) return new Reader(this.disk, view, view.isPlain ? this.consistency.hidden() : undefined);
    this.consistency.touch(groupOf({ partition, key: { path: decodePath(ancestor) } }));
    return new Reader(this.disk, view);
  }

  #viewDeps() {
    return { versions: this.disk.versions, transactions: this.#transactions };
  }
}

function refuseUnsupported({ gqlQuery, explainOptions }: RunQueryRequest | RunAggregationQueryRequest) {
  if (gqlQuery) throw unimplemented('GqlQuery');
  if (explainOptions) throw unimplemented('ExplainOptions');
}

const invalid = (message: string) => new CloudError('INVALID_ARGUMENT', message);
const unimplemented = (name: string) => new CloudError('UNIMPLEMENTED', `The local cloud has no ${name}.`);
