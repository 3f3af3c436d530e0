import type { Clock } from '../../../runtime/clock.ts';
import { CloudError } from '../../cloud-error.ts';
import type { Consistency } from '../consistency.ts';
import type { Disk } from '../disk.ts';
import type { Faults } from '../faults.ts';
import type { CommitRequest } from '../protocol.ts';
import { PAST_MICROS } from '../store/past.ts';
import type { GroupPace } from '../transactions/group-pace.ts';
import type { Transaction } from '../transactions/transaction.ts';
import type { Transactions } from '../transactions/transactions.ts';
import { prepare, type Prepared } from './prepare.ts';
import type { Outcome } from './draft.ts';

interface CommitDeps {
  disk: Disk;
  clock: Clock;
  transactions: Transactions;
  pace: GroupPace;
  consistency: Consistency;
  faults: Faults;
}

export interface Committed {
  outcomes: Outcome[];
  /** Microseconds since the Unix epoch. */
  version: number;
  /** How many index rows came or went. */
  indexUpdates: number;
  isTransactional: boolean;
}

/** Checks and writes a commit. It is on disk when `disk.commits.durable()` resolves. */
export async function commit(deps: CommitDeps, request: CommitRequest): Promise<Committed> {
  const isTransactional = request.mode !== 'NON_TRANSACTIONAL';
  const transaction = isTransactional ? transactionOf(deps, request) : undefined;
  try {
    if (isTransactional) deps.faults.strike(request);
    if (transaction && !transaction.reads && request.mutations?.length) {
      throw invalid('Cannot modify entities in a read-only transaction.');
    }
    const prepared = await whenUndisturbed(deps, request, transaction);
    return { outcomes: prepared.outcomes, isTransactional, ...write(deps, prepared) };
  } finally {
    // A commit ends its transaction, whether it succeeds or not.
    if (transaction) deps.transactions.end(transaction);
  }
}

function transactionOf({ transactions }: CommitDeps, request: CommitRequest): Transaction | undefined {
  if (request.transaction) return transactions.useLast(request.transaction);
  if (!request.singleUseTransaction) throw invalid('A transactional commit needs a transaction.');
  if (request.singleUseTransaction.readOnly) throw invalid('A single-use transaction must be read-write.');
  return undefined;
}

/** Prepares the commit, again after each wait: what it was checked against may have changed. */
async function whenUndisturbed(deps: CommitDeps, request: CommitRequest, own?: Transaction): Promise<Prepared> {
  const { disk, clock, transactions, pace } = deps;
  for (;;) {
    if (own) transactions.refuseContention(own);
    const prepared = prepare(disk, request, clock.now());
    const turn = transactions.turn(prepared.touched, own) ?? pace.turn(prepared.groups);
    if (!turn) return prepared;
    await turn;
  }
}

// Nothing is awaited after the last check, so that no other commit comes between.
function write({ disk, transactions, consistency }: CommitDeps, { changes, groups, touched }: Prepared) {
  const version = disk.versions.next();
  if (changes.length === 0) return { version, indexUpdates: 0 };
  const ids = disk.commits.run(() => {
    disk.past.prune(version - PAST_MICROS, touched.entries.length);
    disk.spaces.save();
    return changes.map((change) => disk.writer.apply(change, version));
  });
  disk.latest = version;
  transactions.committed({ version, ...touched });
  consistency.written(
    ids.map((entity, at) => ({ entity, group: groups[at]! })),
    version,
  );
  return { version, indexUpdates: touched.entries.length };
}

const invalid = (message: string) => new CloudError('INVALID_ARGUMENT', message);
