import type { Datastore } from '@google-cloud/datastore';
import type { Clock } from '../../runtime/clock.ts';
import { createChange, type Change, type ChangeRules } from '../rules/change.ts';
import type { Enqueued } from '../rules/outbox-changes.ts';
import type { UserId } from '../../runtime/ids.ts';
import type { UnitOfWork, Write } from './unit-of-work.ts';
import { outboxRef, type EntityRef } from '../model/entity-refs.ts';
import type { Kind } from '../model/kind.ts';
import { onBehalfOf, servedRequests, type ServedRequests } from '../../runtime/cloud-calls.ts';
import { isGrpcFault } from '../../runtime/grpc-faults.ts';
import { transact } from './transact.ts';

/** Callers in one transaction at the most: 25 photos with their entities stay far below the 10 MiB of a commit. */
const LARGEST_BATCH = 25;
/** Entities that these callers name beforehand, unless a single caller names more: a measure of what they will write. */
const LARGEST_READS = 200;
/**
 * Bytes after which a batch takes no further change. With the last change, the batch stays below those 10 MiB:
 * an edit of 50 photos counts some 2.5 MiB.
 */
const LARGEST_WRITES_BYTES = 4 * 2 ** 20;

export interface LibraryDeps {
  datastore: Datastore;
  clock: Clock;
  /** Creates the tasks of committed outbox entries, and returns the ids of those created. Never throws: a sweep follows. */
  deliver(user: UserId, enqueued: Enqueued[]): Promise<string[]>;
  /** What features do inside the changes of others. */
  rules?: readonly ChangeRules[];
  /** Counts each committed transaction, with the number of changes in it. */
  countCommit?(changes: number): void;
}

/** The one writer of users' data. */
export interface Library {
  /**
   * Carries out `change` in one transaction over the user's entities and returns its result. `change` may run several
   * times; only the last run counts. `reads` names the entities that it will read, so that all come in one lookup.
   * @throws what `change` throws; CommitInDoubt when it is not known whether the change was stored
   * @throws AppError account-erased, busy after too much contention, unavailable
   */
  commit<T>(user: UserId, change: (change: Change) => Promise<T>, reads?: EntityRef[]): Promise<T>;
}

interface Entry {
  change: (change: Change) => Promise<unknown>;
  reads: EntityRef[];
  served: ServedRequests | undefined;
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

/** The result of one caller's change in a batch. */
type Outcome = { result: unknown; enqueued: Enqueued[] } | { error: unknown };

/**
 * A user is one entity group, and transactions on it contend. So the changes of one user that wait at the same time are
 * committed in one transaction (group commit): while one commit is under way, the next changes gather in the queue.
 */
export function createLibrary(deps: LibraryDeps): Library {
  const queues = new Map<UserId, Entry[]>();
  const delivered = new Map<UserId, string[]>();

  function startQueue(user: UserId): Entry[] {
    const queue: Entry[] = [];
    queues.set(user, queue);
    // Callers of one turn of the event loop get into one batch.
    setImmediate(() => void serve(user, queue));
    return queue;
  }

  async function serve(user: UserId, queue: Entry[]): Promise<void> {
    while (queue.length > 0) await commitBatch(user, queue, queue.splice(0, sizeOfBatch(queue)));
    queues.delete(user);
  }

  async function commitBatch(user: UserId, queue: Entry[], batch: Entry[]): Promise<void> {
    const done = delivered.get(user) ?? [];
    try {
      const reads = batch.flatMap((entry) => entry.reads);
      const body = (unit: UnitOfWork) => runBatch(deps, user, batch, done, unit);
      const outcomes = await onBehalfOf(
        batch.map((entry) => entry.served),
        () => transact(deps.datastore, { user, reads, body }),
      );
      deps.countCommit?.(batch.length);
      forget(user, done);
      queue.unshift(...batch.slice(outcomes.length));
      void settle(user, batch, outcomes);
    } catch (error) {
      if (batch.length > 1 && isGrpcFault(error)) await commitSingly(user, queue, batch);
      else for (const entry of batch) entry.reject(error);
    }
  }

  /** One caller's change may be the reason why the whole batch was refused. */
  async function commitSingly(user: UserId, queue: Entry[], batch: Entry[]): Promise<void> {
    for (const entry of batch) await commitBatch(user, queue, [entry]);
  }

  /** Creates the tasks before the replies: an App Engine instance may get no time after them. */
  async function settle(user: UserId, batch: Entry[], outcomes: Outcome[]): Promise<void> {
    const handedOver = await Promise.all(
      outcomes.map(async (outcome, index) => {
        if ('error' in outcome || outcome.enqueued.length === 0) return [];
        return onBehalfOf([batch[index]?.served], () => deps.deliver(user, outcome.enqueued));
      }),
    );
    const ids = handedOver.flat();
    if (ids.length > 0) delivered.set(user, [...(delivered.get(user) ?? []), ...ids]);
    outcomes.forEach((outcome, index) =>
      'error' in outcome ? batch[index]?.reject(outcome.error) : batch[index]?.resolve(outcome.result),
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
        const entry = {
          change,
          reads,
          served: servedRequests(),
          resolve: resolve as (result: unknown) => void,
          reject,
        };
        const queue = queues.get(user) ?? startQueue(user);
        queue.push(entry);
      });
    },
  };
}

/** How many of the queued entries go into one transaction: at least the first. */
function sizeOfBatch(queue: Entry[]): number {
  let named = 0;
  const tooMuch = queue.findIndex(({ reads }, index) => (named += reads.length) > LARGEST_READS && index > 0);
  return tooMuch === -1 ? LARGEST_BATCH : Math.min(tooMuch, LARGEST_BATCH);
}

/**
 * Runs each caller's change on a savepoint of its own: an error of one change drops no writes of another. Changes for
 * whose writes there is no room left get no outcome.
 */
async function runBatch(
  { clock, rules }: LibraryDeps,
  user: UserId,
  batch: Entry[],
  delivered: string[],
  unit: UnitOfWork,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  let bytes = 0;
  for (const { change } of batch) {
    if (bytes > LARGEST_WRITES_BYTES) break;
    const savepoint = unit.savepoint();
    const enqueued: Enqueued[] = [];
    try {
      const result = await change(createChange(user, savepoint, { now: clock.now(), enqueued, rules }));
      savepoint.merge();
      bytes += sizeOf(savepoint.writes());
      outcomes.push({ result, enqueued });
    } catch (error) {
      if (isGrpcFault(error)) throw error;
      outcomes.push({ error });
    }
  }
  if (unit.writes().length > 0) for (const id of delivered) unit.write(outboxRef(id), undefined);
  return outcomes;
}

/** Index entries of one property at the most, as index.yaml has them: the automatic one, and those with `tile`. */
const ENTRIES_OF_A_PROPERTY = 6;
/** Index entries of one element of an array at the most: two automatic ones, and one in each direction with `tile`. */
const ENTRIES_OF_AN_ELEMENT = 4;
/** Index entries of one word: two automatic ones, and one each in two orders and both directions, for photo and user. */
const ENTRIES_OF_A_WORD = 10;
/** Bytes of such an entry besides the word: its position, and the keys of entity and ancestor. */
const WORD_ENTRY_BYTES = 160;
/** Bytes of an entry besides the value: the keys of entity and ancestor. */
const ENTRY_BYTES = 100;
/** Bytes of the index entries that a deleted entity had, about. */
const DELETED_BYTES = 4_000;

/** About the bytes that these writes count in a transaction: properties, and index entries that are written and removed. */
const sizeOf = (writes: Write[]) =>
  writes.reduce((bytes, { kind, value }) => bytes + (value === undefined ? DELETED_BYTES : bytesOf(kind, value)), 0);

function bytesOf(kind: Kind<unknown>, value: unknown): number {
  let bytes = 0;
  const properties = kind.encode(value);
  const { tile } = properties;
  const tileBytes = typeof tile === 'string' ? Buffer.byteLength(tile) : 0;
  for (const [name, property] of Object.entries(properties)) {
    if (name === 'words' && Array.isArray(property)) {
      // Most writes change few words. Those that change all of them count once for each here.
      bytes += property.length * ENTRIES_OF_A_WORD * WORD_ENTRY_BYTES;
      continue;
    }
    if (Array.isArray(property)) {
      bytes += property.length * 2 * ENTRIES_OF_AN_ELEMENT * (2 * ENTRY_BYTES + tileBytes);
      continue;
    }
    const length = typeof property === 'string' ? Buffer.byteLength(property) : 8;
    const entries = kind.indexed.includes(name) ? 2 * ENTRIES_OF_A_PROPERTY : 0;
    bytes += length + entries * (length + ENTRY_BYTES);
  }
  return bytes;
}
