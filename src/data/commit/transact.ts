import type { Datastore, Transaction } from '@google-cloud/datastore';
import { AppError } from '../../runtime/errors.ts';
import { GrpcCode, IN_DOUBT, isGrpcFault, type GrpcFault } from '../../runtime/grpc-faults.ts';
import { contentionBackoffMs, retry } from '../../runtime/retry.ts';
import { isAborted } from './transaction-faults.ts';
import { randomText, type UserId } from '../../runtime/ids.ts';
import { toEntity } from '../model/kind.ts';
import { lookup } from './lookup.ts';
import { createUnitOfWork, type UnitOfWork, type Write } from './unit-of-work.ts';
import { keyOfRef, userRef, type EntityRef } from '../model/entity-refs.ts';

/** Attempts at a contended commit. With the backoff below this is about two seconds of contention. */
const MOST_ATTEMPTS = 8;
/** Commit ids that a user remembers: more than the commits that can be under way while one of them is in doubt. */
const REMEMBERED_COMMITS = 64;

/** It is not known whether a commit was applied: nothing that it may refer to may be deleted. */
export class CommitInDoubt extends AppError {
  constructor(cause: unknown) {
    super('unavailable', 'It is not known whether this was stored. Look before you try again.', {
      cause,
      headers: { 'Retry-After': '5' },
    });
  }
}

/** One user's entities, and how they change. */
interface Work<T> {
  user: UserId;
  /** Entities that `body` will read: they come in the first lookup. */
  reads: EntityRef[];
  /** May run several times, and only reads and writes the unit of work. */
  body(unit: UnitOfWork): Promise<T>;
}

/**
 * Runs the body and commits what it wrote, all or nothing. Google's client retries neither ABORTED nor a commit that
 * timed out. This function does: ABORTED and an expired transaction after a random backoff, and a commit in doubt by
 * looking for its id among the user's last commits.
 * @throws what the body throws; CommitInDoubt; Datastore's other faults
 * @throws AppError busy, unavailable
 */
export async function transact<T>(datastore: Datastore, work: Work<T>): Promise<T> {
  const doubtful = new Map<string, T>();
  try {
    return await retry(() => attemptOnce(datastore, work, doubtful), {
      attempts: MOST_ATTEMPTS,
      backoffMs: (attempt) => contentionBackoffMs(Math.min(attempt, 5)),
      isRetryable,
    });
  } catch (error) {
    if (!isRetryable(error)) throw error;
    throw doubtful.size > 0 ? new CommitInDoubt(error) : exhausted(error);
  }
}

/** `doubtful` holds the results of earlier attempts whose commits may be applied, by the ids of these commits. */
async function attemptOnce<T>(
  datastore: Datastore,
  { user, reads, body }: Work<T>,
  doubtful: Map<string, T>,
): Promise<T> {
  const tx = datastore.transaction();
  const id = randomText(10);
  try {
    const unit = createUnitOfWork((refs) =>
      lookup(
        datastore,
        tx,
        refs.map((ref) => ({ key: keyOfRef(datastore, user, ref), kind: ref.kind })),
      ),
    );
    await unit.prefetch([userRef, ...reads]);
    const settled = (await committedBefore(unit, doubtful)) ?? { result: await body(unit) };
    if (unit.writes().length === 0) {
      await abandon(tx);
      return settled.result;
    }
    await remember(unit, id);
    stage(datastore, tx, user, unit.writes());
    doubtful.set(id, settled.result);
    await tx.commit();
    return settled.result;
  } catch (error) {
    if (!isGrpcFault(error)) await abandon(tx);
    else if (!IN_DOUBT.has(error.code)) doubtful.delete(id);
    throw error;
  }
}

const isRetryable = (error: unknown): error is GrpcFault =>
  isGrpcFault(error) && (IN_DOUBT.has(error.code) || isAborted(error));

const exhausted = (fault: GrpcFault) =>
  fault.code === GrpcCode.aborted
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

/** Ends a transaction that writes nothing, so that no other transaction waits for its locks. It may be over already. */
async function abandon(tx: Transaction): Promise<void> {
  await tx.rollback().catch(() => undefined);
}
