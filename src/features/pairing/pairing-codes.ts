import type { Datastore } from '@google-cloud/datastore';
import { createHash, randomInt, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../runtime/clock.ts';
import { retryTransaction } from '../accounts/retry-transaction.ts';

export interface PairingDeps {
  datastore: Datastore;
  clock: Pick<Clock, 'now'>;
}

/** A code that pairs one browser. */
export interface PairingCode {
  /** As people type it, such as `K7QD-2WXA`. */
  code: string;
  /** Milliseconds since the Unix epoch. */
  expiresAt: number;
}

const LIFETIME_MS = 10 * 60_000;

/** Without letters and digits that people mistake for each other. */
const SYMBOLS = 'ABCDEFGHJKMNPQRSTVWXYZ23456789';
const CODE_SYMBOLS = 8;

/** One code at a time: a new one replaces the one before, so that nothing has to be swept. */
const slotKey = (datastore: Datastore) => datastore.key(['Pairing', 'current']);

/** What is stored of a code. */
interface Slot {
  hash: string;
  expiresAt: Date;
}

/** Makes a code that counts once, for ten minutes. The code before it does not count any more. */
export async function makePairingCode({ datastore, clock }: PairingDeps): Promise<PairingCode> {
  const symbols = Array.from({ length: CODE_SYMBOLS }, () => SYMBOLS[randomInt(SYMBOLS.length)]).join('');
  const expiresAt = clock.now() + LIFETIME_MS;
  const data: Slot = { hash: hashOf(symbols), expiresAt: new Date(expiresAt) };
  await datastore.save({ key: slotKey(datastore), data, excludeFromIndexes: ['hash', 'expiresAt'] });
  return { code: `${symbols.slice(0, 4)}-${symbols.slice(4)}`, expiresAt };
}

/** Uses up a code that a person has typed, in any case and with any hyphens. Returns false if it does not count. */
export const usePairingCode = (deps: PairingDeps, typed: string): Promise<boolean> =>
  retryTransaction(() => take(deps, hashOf(typed.toUpperCase().replaceAll(/[^A-Z\d]/g, ''))));

/** Of two browsers that use a code at once, the transaction of one wins. */
async function take({ datastore, clock }: PairingDeps, hash: string): Promise<boolean> {
  const tx = datastore.transaction();
  try {
    const [slot] = (await tx.get(slotKey(datastore))) as [Slot | undefined];
    const counts = slot !== undefined && isEqual(slot.hash, hash) && slot.expiresAt.getTime() > clock.now();
    if (counts) tx.delete(slotKey(datastore));
    await (counts ? tx.commit() : tx.rollback());
    return counts;
  } catch (error) {
    await tx.rollback().catch(() => undefined);
    throw error;
  }
}

const hashOf = (symbols: string) => createHash('sha256').update(symbols).digest('hex');

const isEqual = (one: string, other: string) => timingSafeEqual(Buffer.from(one), Buffer.from(other));
