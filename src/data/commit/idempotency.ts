import { createHash } from 'node:crypto';
import { AppError } from '../../runtime/errors.ts';
import type { UserId } from '../../runtime/ids.ts';
import type { Change } from '../rules/change.ts';
import type { ChangeContext } from '../rules/change-context.ts';
import { idempotencyRef, type EntityRef } from '../model/entity-refs.ts';
import { idempotencyEnd, type IdempotencyRecord } from '../model/records.ts';
import type { Library } from './group-commit.ts';

/** The idempotency records of one user. */
export interface IdempotencyChanges {
  /** The record of that name, unless it has expired. */
  find(name: string): Promise<IdempotencyRecord | undefined>;
  keep(name: string, record: Omit<IdempotencyRecord, 'at'>): void;
  delete(name: string): void;
}

export const idempotencyChanges = ({ entities, now }: ChangeContext): IdempotencyChanges => ({
  async find(name) {
    const record = await entities.read(idempotencyRef(name));
    return record && idempotencyEnd(record) > now ? record : undefined;
  },
  keep: (name, record) => entities.write(idempotencyRef(name), { ...record, at: now }),
  delete: (name) => entities.write(idempotencyRef(name), undefined),
});

/** A change that its client may request again under the same key, and how its result is repeated then. */
interface KeyedChange<T, R> {
  /** The client's `Idempotency-Key`; without one the change is made as often as the request comes. */
  key: string | undefined;
  /** What the request asks for, as JSON. The same key with other content is a mistake. */
  content: unknown;
  /** When the record expires, if not at the usual time. Milliseconds since the Unix epoch. */
  keptUntil?: number | undefined;
  /** The entities that `run` reads. */
  reads: EntityRef[];
  run(change: Change): Promise<T>;
  /** The ids and outcomes from which `replay` makes the result again. No secrets. */
  recordOf(result: T): R;
  replay(change: Change, record: R): Promise<T>;
}

/**
 * Commits a change the first time, and repeats its result every other time. The idempotency record is part of the change,
 * so of two requests at once one is carried out and the other finds its record.
 * @throws AppError idempotency-mismatch
 */
export function commitOnce<T, R>(
  library: Library,
  user: UserId,
  { key, content, keptUntil, reads, run, recordOf, replay }: KeyedChange<T, R>,
): Promise<{ result: T; replayed: boolean }> {
  const name = key === undefined ? undefined : idempotencyName(key);
  return library.commit(
    user,
    async (change) => {
      if (name === undefined) return { result: await run(change), replayed: false };
      const fingerprint = sha256(JSON.stringify(content));
      const record = await change.idempotency.find(name);
      if (record && record.fingerprint !== fingerprint) throw mismatch();
      if (record) return { result: await replay(change, record.reply as R), replayed: true };
      const result = await run(change);
      change.idempotency.keep(name, { fingerprint, reply: recordOf(result), keptUntil });
      return { result, replayed: false };
    },
    name === undefined ? reads : [idempotencyRef(name), ...reads],
  );
}

/** The name of the record of a key: its hash, because not every key of a client is a valid Datastore name. */
export const idempotencyName = (key: string) => sha256(key);

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

const mismatch = () =>
  new AppError('idempotency-mismatch', 'This Idempotency-Key was used for another request. Choose a new key.');
