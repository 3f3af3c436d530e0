import type { Clock } from '../../clock.ts';
import { CloudError } from '../cloud-error.ts';
import { commit, type Committed } from './commit/commit.ts';
import { LIMITS } from './commit/limits.ts';
import { primaryRow, type Disk } from './disk.ts';
import { addressOf, completed, isIncomplete, refuseReserved } from './keys.ts';
import type {
  BeginTransactionRequest,
  CommitRequest,
  Key,
  KeysRequest,
  LookupRequest,
  RollbackRequest,
  RunQueryRequest,
} from './protocol.ts';
import { Reader } from './query/reader.ts';
import { runQuery, type Batch } from './query/run-query.ts';
import type { StoredEntity } from './store/entity-store.ts';
import { beginTransaction, openView, type ReadView } from './transactions/read-view.ts';
import { Transactions } from './transactions/transactions.ts';

/** The rules of the service. Calls take effect at once; they may be told of when `disk.commits.durable()` resolves. */
export class Engine {
  readonly disk: Disk;
  readonly #clock: Clock;
  readonly #transactions: Transactions;
  readonly faults = { abortCommits: 0 };

  constructor(disk: Disk, clock: Clock) {
    this.disk = disk;
    this.#clock = clock;
    this.#transactions = new Transactions(clock);
  }

  lookup(request: LookupRequest): { view: ReadView; findings: { key: Key; stored: StoredEntity | undefined }[] } {
    const keys = request.keys ?? [];
    if (keys.length > LIMITS.lookupKeys)
      throw invalid(`cannot get more than ${LIMITS.lookupKeys} keys in a single call`);
    const addresses = keys.map((key) => addressOf(request, key));
    const view = openView(this.#moments(), request.readOptions);
    const reader = new Reader(this.disk, view);
    const findings = addresses.map((address) => ({
      key: address.key,
      stored: reader.find(primaryRow(this.disk, address)),
    }));
    return { view, findings };
  }

  runQuery(request: RunQueryRequest): { view: ReadView; batch: Batch } {
    if (request.gqlQuery) throw unimplemented('GqlQuery');
    if (request.explainOptions) throw unimplemented('ExplainOptions');
    if (!request.query) throw invalid('The request has no query.');
    const view = openView(this.#moments(), request.readOptions);
    const reader = new Reader(this.disk, view);
    return { view, batch: runQuery(this.disk, reader, request, request.partitionId, request.query) };
  }

  beginTransaction(request: BeginTransactionRequest): Buffer {
    return beginTransaction(this.#moments(), request.transactionOptions).id;
  }

  commit(request: CommitRequest): Committed {
    return commit(
      { disk: this.disk, clock: this.#clock, transactions: this.#transactions, faults: this.faults },
      request,
    );
  }

  rollback(request: RollbackRequest) {
    this.#transactions.end(this.#transactions.use(request.transaction ?? Buffer.alloc(0)));
  }

  /** The keys with their last elements completed, in the order given. */
  allocateIds(request: KeysRequest): Key[] {
    return (request.keys ?? []).map((incomplete) => {
      const { key } = addressOf(request, incomplete, true);
      refuseReserved(key);
      if (!isIncomplete(key)) throw invalid('Ids can be allocated for incomplete keys only.');
      return completed(key, this.disk.ids.allocate());
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
    this.disk.reset();
  }

  #moments() {
    return { versions: this.disk.versions, transactions: this.#transactions };
  }
}

const invalid = (message: string) => new CloudError('INVALID_ARGUMENT', message);
const unimplemented = (name: string) => new CloudError('UNIMPLEMENTED', `The local cloud has no ${name}.`);
