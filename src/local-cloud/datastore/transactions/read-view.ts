import { CloudError } from '../../cloud-error.ts';
import { toMicros } from '../encoding/values.ts';
import type { ReadOptions, Timestamp, TransactionOptions } from '../protocol.ts';
import type { VersionClock } from '../store/version-clock.ts';
import type { ReadSet, Transaction } from './transaction.ts';
import type { Transactions } from './transactions.ts';

const HOUR_MICROS = 3_600_000_000;

/** Which version of the data a read sees. */
export interface ReadView {
  /** Version: microseconds since the Unix epoch. */
  at: number;
  /** Where the read is noted, in a read-write transaction. */
  reads: ReadSet | undefined;
  /** The transaction that began with this read. */
  begun: Buffer | undefined;
  /** Whether it may miss fresh writes when the consistency setting says so: no transaction, no read time. */
  isPlain: boolean;
}

interface ViewDeps {
  versions: VersionClock;
  transactions: Transactions;
}

export function openView(deps: ViewDeps, options: ReadOptions | null | undefined): ReadView {
  if (options?.transaction) return viewOf(deps.transactions.use(options.transaction), undefined);
  if (options?.newTransaction) {
    const transaction = beginTransaction(deps, options.newTransaction);
    return viewOf(transaction, transaction.id);
  }
  if (options?.readTime) return { ...PLAIN, at: readTime(deps, options.readTime), isPlain: false };
  return { ...PLAIN, at: deps.versions.now() };
}

export function beginTransaction(deps: ViewDeps, options: TransactionOptions | null | undefined): Transaction {
  const at = options?.readOnly?.readTime;
  const snapshot = at ? readTime(deps, at) : deps.versions.now();
  return deps.transactions.begin(snapshot, options?.mode === 'readOnly');
}

const PLAIN = { reads: undefined, begun: undefined, isPlain: true };

const viewOf = ({ snapshot, reads }: Transaction, begun: Buffer | undefined): ReadView => ({
  at: snapshot,
  reads,
  begun,
  isPlain: false,
});

/** Read times lie in the past hour, to the microsecond (datastore.proto, ReadOptions.read_time). */
function readTime({ versions }: ViewDeps, timestamp: Timestamp): number {
  const at = toMicros(timestamp);
  const now = versions.now();
  if ((timestamp.nanos ?? 0) % 1000 !== 0) throw invalid('The read time must have a precision of microseconds.');
  if (at > now) throw invalid('The read time must not be in the future.');
  if (at <= now - HOUR_MICROS) throw invalid('The read time is more than one hour in the past.');
  return at;
}

const invalid = (message: string) => new CloudError('INVALID_ARGUMENT', message);
