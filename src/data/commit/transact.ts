import type { Datastore, Transaction } from '@google-cloud/datastore';
import { setTimeout as pause } from 'node:timers/promises';
import { AppError } from '../../runtime/errors.ts';
import { isExpiredTransaction } from './expired-transaction.ts';
import { randomText, type UserId } from '../../runtime/ids.ts';
import { toEntity } from '../model/kind.ts';
import { lookup } from './lookup.ts';
import { createUnitOfWork, type UnitOfWork, type Write } from './unit-of-work.ts';
import { keyOfRef, userRef, type EntityRef } from '../model/entity-refs.ts';

/** Tries before a contended commit is given up; with the pauses below this bears about two seconds of contention. */
const MOST_ATTEMPTS = 8;
/** Commit ids that a user remembers: more than the commits that can be under way while one of them is in doubt. */
const REMEMBERED_COMMITS = 64;

const ABORTED = 10;
/** gRPC codes after which a commit may or may not be in: CANCELLED, UNKNOWN, DEADLINE_EXCEEDED, INTERNAL, UNAVAILABLE. */
const IN_DOUBT = new Set([1, 2, 4, 13, 14]);

/** The outcome of a commit is not known and could not be found out: nothing that it may refer to may be deleted. */
export class CommitInDoubt extends AppError {
  constructor(cause: unknown) {
    super('unavailable', 'It is not known whether this was stored. Look before you try again.', {
      cause,
      headers: { 'Retry-After': '5' },
    });
  }
}

/** An error of Datastore's, which carries a gRPC status number. */
export type DatastoreFault = Error & { code: number };

export const isDatastoreFault = (error: unknown): error is DatastoreFault =>
  error instanceof Error && typeof (error as { code?: unknown }).code === 'number';

/** One user's entities, and what is to be done to them. */
export interface Work<T> {
  user: UserId;
  /** Rows that `body` will ask for: they come in the first lookup. */
  reads: EntityRef[];
  /** May run several times, and does nothing but read and write the unit. */
  body(unit: UnitOfWork): Promise<T>;
}

/**
 * Does the work and writes what it leaves, all or nothing. Google's client retries neither ABORTED nor a commit that
 * timed out; this does: ABORTED and an expired transaction with a jittered pause, and a commit in doubt by looking for
 * its id among the user's last commits. Throws what the body throws, `busy`, `unavailable`, CommitInDoubt, and Datastore's other faults.
 */
export async function transact<T>(datastore: Datastore, work: Work<T>): Promise<T> {
  const doubtful = new Map<string, T>();
  let fault: DatastoreFault | undefined;
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    if (attempt > 0) await pause(Math.random() * 20 * 2 ** Math.min(attempt, 5));
    const outcome = await attemptOnce(datastore, work, doubtful);
    if ('result' in outcome) return outcome.result;
    fault = outcome.fault;
  }
  throw doubtful.size > 0 ? new CommitInDoubt(fault) : exhausted(fault);
}

/** `doubtful` holds the results of earlier attempts whose commits may be applied, by the ids of these commits. */
async function attemptOnce<T>(
  datastore: Datastore,
  { user, reads, body }: Work<T>,
  doubtful: Map<string, T>,
): Promise<{ result: T } | { fault: DatastoreFault }> {
  const tx = datastore.transaction();
  const id = randomText(10);
  try {
    const unit = createUnitOfWork((rows) =>
      lookup(
        datastore,
        tx,
        rows.map((row) => ({ key: keyOfRef(datastore, user, row), kind: row.kind })),
      ),
    );
    await unit.prefetch([userRef, ...reads]);
    const settled = (await committedBefore(unit, doubtful)) ?? { result: await body(unit) };
    if (unit.writes().length === 0) {
      await abandon(tx);
      return settled;
    }
    await remember(unit, id);
    stage(datastore, tx, user, unit.writes());
    doubtful.set(id, settled.result);
    await tx.commit();
    return settled;
  } catch (error) {
    if (!isDatastoreFault(error)) await abandon(tx);
    else if (!IN_DOUBT.has(error.code)) doubtful.delete(id);
    if (!isDatastoreFault(error) || !isRetryable(error)) throw error;
    return { fault: error };
  }
}

const isRetryable = (fault: DatastoreFault) =>
  fault.code === ABORTED || IN_DOUBT.has(fault.code) || isExpiredTransaction(fault);

const exhausted = (fault: DatastoreFault | undefined) =>
  fault?.code === ABORTED
    ? new AppError('busy', 'This account is being changed by too many at once. Try again in a moment.', {
        cause: fault,
        headers: { 'Retry-After': '1' },
      })
    : new AppError('unavailable', 'The database does not answer. Try again in a moment.', {
        cause: fault,
        headers: { 'Retry-After': '5' },
      });

/** The result of an earlier attempt whose commit seemed to fail, if the user's last commits contain it. */
async function committedBefore<T>(unit: UnitOfWork, doubtful: Map<string, T>): Promise<{ result: T } | undefined> {
  if (doubtful.size === 0) return undefined;
  const commits = (await unit.read(userRef))?.commits ?? [];
  for (const [id, result] of doubtful) if (commits.includes(id)) return { result };
  return undefined;
}

async function remember(unit: UnitOfWork, id: string): Promise<void> {
  const user = await unit.read(userRef);
  if (user) unit.write(userRef, { ...user, commits: [...user.commits, id].slice(-REMEMBERED_COMMITS) });
}

function stage(datastore: Datastore, tx: Transaction, user: UserId, writes: Write[]): void {
  for (const write of writes) {
    const key = keyOfRef(datastore, user, write);
    if (write.value === undefined) tx.delete(key);
    else tx.save(toEntity(key, write.kind, write.value));
  }
}

/** Ends a transaction that writes nothing, so that no other one waits for its locks. It may have ended already. */
async function abandon(tx: Transaction): Promise<void> {
  await tx.rollback().catch(() => undefined);
}
