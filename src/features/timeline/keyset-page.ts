import { z } from 'zod';
import { readCursor, signCursor, type CursorScope } from '../../signing/cursor.ts';
import type { SigningKeys } from '../../signing/keys.ts';

/**
 * A cursor is the position of an entry, and the direction to read in. Inserted entries do not shift it. With `here` the
 * entry at the position is read too.
 */
const Position = z.object({ at: z.string(), to: z.enum(['older', 'newer']), here: z.literal(true).optional() });
export type Position = z.infer<typeof Position>;

interface KeysetDeps {
  signingKeys: SigningKeys;
}

/**
 * Reads the cursor of a list.
 * @throws AppError cursor-invalid, cursor-mismatch
 */
export const readPosition = (deps: KeysetDeps, scope: CursorScope, cursor: string): Position =>
  readCursor(deps, scope, cursor, Position);

/** Which part of an index a page needs: at most `limit` entries beyond a position. */
export interface KeysetRange {
  from?: string | undefined;
  including?: boolean | undefined;
  towards: Position['to'];
  limit: number;
}

export interface KeysetPage<T> {
  items: T[];
  next: string | null;
  prev: string | null;
}

interface KeysetQuery {
  scope: CursorScope;
  /** Where the page begins. Undefined: at the newest entry. */
  start: Position | undefined;
  limit: number;
}

/** Reads one page of a list that is ordered by positions, the newest entry first. */
export async function keysetPage<Placed extends { position: string }>(
  deps: KeysetDeps,
  { scope, start, limit }: KeysetQuery,
  read: (range: KeysetRange) => Promise<Placed[]>,
): Promise<KeysetPage<Placed>> {
  const towards = start?.to ?? 'older';
  const found = await read({ from: start?.at, including: start?.here, towards, limit: limit + 1 });
  const beyond = found.length > limit;
  const items = towards === 'older' ? found.slice(0, limit) : found.slice(0, limit).toReversed();
  // A page behind the cursor always exists. Ahead of it, the extra entry that was read tells.
  const older = towards === 'older' ? beyond : true;
  const newer = towards === 'newer' ? beyond : start !== undefined;
  // The cursor of an empty page leads back to its start, and includes the entry there.
  const cursor = (entry: Placed | undefined, to: Position['to']) =>
    signCursor(deps, scope, entry ? { at: entry.position, to } : { ...start, to, here: true });
  return {
    items,
    next: older ? cursor(items.at(-1), 'older') : null,
    prev: newer ? cursor(items[0], 'newer') : null,
  };
}
