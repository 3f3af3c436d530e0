import { createHash } from 'node:crypto';
import { AppError } from '../../runtime/errors.ts';
import type { Change } from '../rules/change.ts';
import type { ChangeContext } from '../rules/change-context.ts';
import { idempotencyRef, type EntityRef } from '../model/entity-refs.ts';
import { idempotencyEnd, type IdempotencyRecord } from '../model/records.ts';

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

/** A request that its client may repeat under a key. */
export interface KeyedRequest {
  /** The caller's `Idempotency-Key`; without one the request is carried out as often as it comes. */
  key: string | undefined;
  /** What the request asks for, as JSON. The same key with other content is a mistake. */
  content: unknown;
}

/** How a request is carried out, and how its reply is repeated. */
export interface Steps<T, R> {
  run(): Promise<T>;
  /** The ids and outcomes from which `replay` makes the reply again. No secrets. */
  recordOf(result: T): R;
  replay(record: R): Promise<T>;
}

/**
 * Carries a keyed request out the first time, and repeats its result every other time. The idempotency record is part of
 * the change, so of two requests at once one is carried out and the other finds its record.
 * @throws AppError idempotency-mismatch
 */
export async function idempotent<T, R>(
  { idempotency }: Pick<Change, 'idempotency'>,
  { key, content }: KeyedRequest,
  { run, recordOf, replay }: Steps<T, R>,
): Promise<{ result: T; replayed: boolean }> {
  if (key === undefined) return { result: await run(), replayed: false };
  const name = sha256(key);
  const fingerprint = sha256(JSON.stringify(content));
  const record = await idempotency.find(name);
  if (record && record.fingerprint !== fingerprint) throw mismatch();
  if (record) return { result: await replay(record.reply as R), replayed: true };
  const result = await run();
  idempotency.keep(name, { fingerprint, reply: recordOf(result) });
  return { result, replayed: false };
}

/** The entities that `idempotent` reads. */
export const idempotencyRefs = ({ key }: KeyedRequest): EntityRef[] =>
  key === undefined ? [] : [idempotencyRef(sha256(key))];

/** The hash of a key, because not every key of a client is a valid Datastore name. */
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

const mismatch = () =>
  new AppError('idempotency-mismatch', 'This Idempotency-Key stands for another request. Choose a new key.');
