import { createHash } from 'node:crypto';
import { AppError } from '../../runtime/errors.ts';
import type { Change } from '../rules/change.ts';
import type { EntityRef } from './unit-of-work.ts';
import { idempotencyRef } from '../model/entity-refs.ts';

/** A request that its sender may repeat under a key. */
export interface KeyedRequest {
  /** The caller's `Idempotency-Key`; without one the request is carried out as often as it comes. */
  key: string | undefined;
  /** What the request asks for, as JSON. The same key with other content is a mistake. */
  content: unknown;
}

/** How a request is carried out, and how its reply is told again. */
export interface Steps<T, R> {
  run(): Promise<T>;
  /** The ids and outcomes from which `replay` renders the reply again. No secrets. */
  recordOf(result: T): R;
  replay(receipt: R): Promise<T>;
}

/**
 * Carries a keyed request out the first time, and tells its result again every other time. The receipt is part of the
 * change, so of two requests at once one wins and the other one finds its receipt. Throws `idempotency-mismatch`.
 */
export async function idempotent<T, R>(
  change: Change,
  { key, content }: KeyedRequest,
  { run, recordOf, replay }: Steps<T, R>,
): Promise<{ result: T; replayed: boolean }> {
  if (key === undefined) return { result: await run(), replayed: false };
  const name = sha256(key);
  const fingerprint = sha256(JSON.stringify(content));
  const receipt = await change.receipt(name);
  if (receipt && receipt.fingerprint !== fingerprint) throw mismatch();
  if (receipt) return { result: await replay(receipt.reply as R), replayed: true };
  const result = await run();
  change.keepIdempotencyRecord(name, { fingerprint, reply: recordOf(result) });
  return { result, replayed: false };
}

/** The rows that `once` will ask for. */
export const idempotencyRefs = ({ key }: KeyedRequest): EntityRef[] =>
  key === undefined ? [] : [idempotencyRef(sha256(key))];

/** The hash of a key, because a client's key may be a text that is no Datastore name. */
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

const mismatch = () =>
  new AppError('idempotency-mismatch', 'This Idempotency-Key stands for another request. Choose a new key.');
