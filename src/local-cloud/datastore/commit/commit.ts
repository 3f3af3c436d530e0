import type { Clock } from '../../../clock.ts';
import { CloudError } from '../../cloud-error.ts';
import type { Consistency } from '../consistency.ts';
import { primaryRow, type Disk } from '../disk.ts';
import { indexEntries } from '../indexes/index-entries.ts';
import { groupOf } from '../keys.ts';
import type { CommitRequest } from '../protocol.ts';
import type { EntityChange } from '../store/entity-writer.ts';
import { contention, type Transaction, type Transactions } from '../transactions/transactions.ts';
import { Drafts, type Draft, type Outcome } from './draft.ts';
import { LIMITS } from './limits.ts';
import { readMutations, refuseSequences } from './mutations.ts';

export interface CommitDeps {
  disk: Disk;
  clock: Clock;
  transactions: Transactions;
  consistency: Consistency;
  /** How many of the next transactional commits end in ABORTED. */
  faults: { abortCommits: number };
}

export interface Committed {
  outcomes: Outcome[];
  /** Microseconds since the Unix epoch. */
  version: number;
  /** How many index rows came or went. */
  indexUpdates: number;
  isTransactional: boolean;
}

const HOUR_MICROS = 3_600_000_000;

/** Checks a commit as a whole, then writes it. It is on disk when `disk.commits.durable()` resolves. */
export function commit(deps: CommitDeps, request: CommitRequest): Committed {
  const { disk, transactions } = deps;
  const isTransactional = request.mode !== 'NON_TRANSACTIONAL';
  const transaction = isTransactional ? transactionOf(deps, request) : undefined;
  try {
    if (isTransactional && deps.faults.abortCommits-- > 0) throw contention();
    deps.faults.abortCommits = Math.max(deps.faults.abortCommits, 0);
    if (transaction) transactions.refuseContention(transaction);
    const changes = readMutations(request, () => disk.ids.allocate());
    refuseSequences(changes, isTransactional, ({ partition, key }) =>
      JSON.stringify([partition.namespaceId, key.path]),
    );
    if (transaction && !transaction.reads && changes.length > 0)
      throw invalid('Cannot modify entities in a read-only transaction.');
    const drafts = new Drafts(disk, deps.clock.now());
    const outcomes = changes.map((change) => drafts.apply(change));
    return { outcomes, isTransactional, ...write(deps, drafts.changed()) };
  } finally {
    // A commit ends its transaction, whether it succeeds or not.
    if (transaction) transactions.end(transaction);
  }
}

function transactionOf({ transactions }: CommitDeps, request: CommitRequest): Transaction | undefined {
  if (request.transaction) return transactions.use(request.transaction);
  if (!request.singleUseTransaction) throw invalid('A transactional commit needs a transaction.');
  if (request.singleUseTransaction.readOnly) throw invalid('A single-use transaction must be read-write.');
  return undefined;
}

function write({ disk, transactions, consistency }: CommitDeps, drafts: Draft[]) {
  const encoded = drafts.map(({ entity }) => entity && encode(disk, entity));
  const version = disk.versions.next();
  if (drafts.length === 0) return { version, indexUpdates: 0 };
  const written = disk.commits.run(() => {
    disk.past.prune(version - HOUR_MICROS);
    return drafts.map((draft, at) => disk.writer.apply(changeOf(disk, draft, encoded[at]), version));
  });
  disk.latest = version;
  const entries = written.flatMap((one) => one.entries);
  const entities = drafts.map(({ address }) => primaryRow(disk, address).toString('latin1'));
  transactions.committed({ version, entities, entries });
  const writes = drafts.map(({ address }, at) => ({ group: groupOf(address), entity: written[at]!.id }));
  consistency.written(writes, version);
  return { version, indexUpdates: entries.length };
}

function encode({ codec }: Disk, entity: NonNullable<Draft['entity']>): Buffer {
  const data = codec.encode(entity);
  if (data.length > LIMITS.entity)
    throw invalid(`The entity is too big: ${data.length} bytes of at most ${LIMITS.entity}.`);
  return data;
}

function changeOf(
  { spaces, indexes }: Disk,
  { address, before, entity }: Draft,
  data: Buffer | undefined,
): EntityChange {
  const entriesOf = (of: NonNullable<Draft['entity']>) => indexEntries(spaces, indexes, address.partition, of);
  return {
    before: before && { entity: before.stored, entries: entriesOf(before.entity) },
    after: entity && data && { data, entries: entriesOf(entity) },
  };
}

const invalid = (message: string) => new CloudError('INVALID_ARGUMENT', message);
