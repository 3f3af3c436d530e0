import type { Datastore } from '@google-cloud/datastore';
import type { Clock } from '../../runtime/clock.ts';
import { createChange, type Change, type Enqueued } from '../rules/change.ts';
import type { UserId } from '../../runtime/ids.ts';
import type { UnitOfWork, EntityRef, Write } from './unit-of-work.ts';
import { outboxRef } from '../model/entity-refs.ts';
import { isDatastoreFault, transact } from './transact.ts';

/** Callers in one transaction at the most: 25 photos with their rows stay far below the 10 MiB of a commit. */
const LARGEST_BATCH = 25;
/** Rows that these callers name beforehand, unless a single one names more: a measure of what they will write. */
const LARGEST_READS = 200;
/** Bytes after which a batch takes no further change. With the one that went beyond, it stays below those 10 MiB. */
const LARGEST_WRITES = 4 * 2 ** 20;

export interface LibraryDeps {
  datastore: Datastore;
  clock: Clock;
  /** Creates the tasks of committed outbox rows; returns the ids of those handed over. Never throws: a sweep follows. */
  deliver(user: UserId, enqueued: Enqueued[]): Promise<string[]>;
  /** After how many milliseconds a photo added now is decoded, if that is known and long. */
  decodedAfter?(): number | undefined;
  /** Told of each transaction that is in, with how many changes were folded into it. */
  countCommit?(changes: number): void;
}

/** The one writer of users' data. */
export interface Library {
  /**
   * Carries out `change` in one transaction over the user's entities and returns what it returned. It may run several
   * times; only the last run counts. `reads` names the rows that it will ask for, so that all come in one lookup.
   * Throws what `change` throws, `account-erased` without the user, `busy` after too much contention, and CommitInDoubt
   * when the change may or may not be in.
   */
  commit<T>(user: UserId, change: (change: Change) => Promise<T>, reads?: EntityRef[]): Promise<T>;
}

interface Entry {
  change: (change: Change) => Promise<unknown>;
  reads: EntityRef[];
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

/** What became of one caller's change in a fold. */
type Outcome = { result: unknown; enqueued: Enqueued[] } | { error: unknown };

/**
 * A user is one entity group, and transactions on it contend. So the changes of one user that wait at the same time are
 * folded into one transaction (group commit): while one commit is under way, the next ones gather.
 */
export function createLibrary(deps: LibraryDeps): Library {
  const lines = new Map<UserId, Entry[]>();
  const delivered = new Map<UserId, string[]>();

  function startLine(user: UserId): Entry[] {
    const line: Entry[] = [];
    lines.set(user, line);
    // One turn of the event loop lets callers that came together be folded together.
    setImmediate(() => void serve(user, line));
    return line;
  }

  async function serve(user: UserId, line: Entry[]): Promise<void> {
    while (line.length > 0) await commitBatch(user, line, line.splice(0, sizeOfBatch(line)));
    lines.delete(user);
  }

  async function commitBatch(user: UserId, line: Entry[], fold: Entry[]): Promise<void> {
    const gone = delivered.get(user) ?? [];
    try {
      const reads = fold.flatMap((waiting) => waiting.reads);
      const body = (overlay: UnitOfWork) => runBatch(deps, user, fold, gone, overlay);
      const outcomes = await transact(deps.datastore, { user, reads, body });
      deps.countCommit?.(fold.length);
      forget(user, gone);
      line.unshift(...fold.slice(outcomes.length));
      void settle(user, fold, outcomes);
    } catch (error) {
      if (fold.length > 1 && isDatastoreFault(error)) await commitSingly(user, line, fold);
      else for (const waiting of fold) waiting.reject(error);
    }
  }

  /** What was refused as a whole may be one caller's fault. */
  async function commitSingly(user: UserId, line: Entry[], fold: Entry[]): Promise<void> {
    for (const waiting of fold) await commitBatch(user, line, [waiting]);
  }

  /** Creates the tasks before the replies: an App Engine instance may get no time after them. */
  async function settle(user: UserId, fold: Entry[], outcomes: Outcome[]): Promise<void> {
    const enqueued = outcomes.flatMap((outcome) => ('error' in outcome ? [] : outcome.enqueued));
    if (enqueued.length > 0) {
      const handedOver = await deps.deliver(user, enqueued);
      delivered.set(user, [...(delivered.get(user) ?? []), ...handedOver]);
    }
    outcomes.forEach((outcome, index) =>
      'error' in outcome ? fold[index]?.reject(outcome.error) : fold[index]?.resolve(outcome.result),
    );
  }

  function forget(user: UserId, ids: string[]): void {
    const left = (delivered.get(user) ?? []).filter((id) => !ids.includes(id));
    if (left.length > 0) delivered.set(user, left);
    else delivered.delete(user);
  }

  return {
    commit<T>(user: UserId, change: (change: Change) => Promise<T>, reads: EntityRef[] = []) {
      return new Promise<T>((resolve, reject) => {
        const waiting = { change, reads, resolve: resolve as (result: unknown) => void, reject };
        const line = lines.get(user) ?? startLine(user);
        line.push(waiting);
      });
    },
  };
}

/** How many of the waiting callers go into one transaction: the first one always does. */
function sizeOfBatch(line: Entry[]): number {
  let rows = 0;
  const tooMuch = line.findIndex(({ reads }, index) => (rows += reads.length) > LARGEST_READS && index > 0);
  return tooMuch === -1 ? LARGEST_BATCH : Math.min(tooMuch, LARGEST_BATCH);
}

/**
 * Runs each caller's change on a savepoint of its own: an error of one change drops no writes of another. Changes whose
 * writes find no room any more get no outcome.
 */
async function runBatch(
  { clock, decodedAfter }: LibraryDeps,
  user: UserId,
  fold: Entry[],
  delivered: string[],
  overlay: UnitOfWork,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  let bytes = 0;
  for (const { change } of fold) {
    if (bytes > LARGEST_WRITES) break;
    const fork = overlay.savepoint();
    const enqueued: Enqueued[] = [];
    try {
      const result = await change(
        createChange(user, fork, { now: clock.now(), enqueued, decodedAfter: decodedAfter?.() }),
      );
      fork.merge();
      bytes += sizeOf(fork.writes());
      outcomes.push({ result, enqueued });
    } catch (error) {
      if (isDatastoreFault(error)) throw error;
      outcomes.push({ error });
    }
  }
  if (overlay.writes().length > 0) for (const id of delivered) overlay.write(outboxRef(id), undefined);
  return outcomes;
}

/** About the bytes that these writes will take: rows are stored as JSON. */
const sizeOf = (writes: Write[]) =>
  writes.reduce((bytes, { value }) => bytes + Buffer.byteLength(JSON.stringify(value ?? null)), 0);
