import { z } from 'zod';
import { AppError } from '../../runtime/errors.ts';
import type { UserId } from '../../runtime/ids.ts';
import type { User } from '../../data/model/records.ts';
import { readCursor, signCursor, type CursorScope } from '../../signing/cursor.ts';
import type { SigningKeys } from '../../signing/keys.ts';

/** Where a reader of the feed stands. */
const FeedPosition = z.object({
  /** The reader has been told of every change up to this sequence. */
  after: z.int().min(0),
  /** The sequence at which the reader began: it has no photo that was erased before. */
  since: z.int().min(0),
});
export type FeedPosition = z.infer<typeof FeedPosition>;

interface TokenDeps {
  signingKeys: SigningKeys;
}

/** Instead of a token: what comes from now on, and nothing of what is there. */
const LATEST = 'latest';

/**
 * Reads a reader's token; without one the reader gets everything.
 * @throws AppError cursor-invalid for a damaged token, cursor-mismatch for another user's, resync for one that the feed
 * cannot continue without a gap
 */
export function readFeedToken(deps: TokenDeps, id: UserId, token: string | undefined, user: User): FeedPosition {
  const { sequence } = user;
  if (token === undefined) return { after: 0, since: sequence };
  if (token === LATEST) return { after: sequence, since: sequence };
  const position = readCursor(deps, scopeOf(id), token, FeedPosition);
  requireGapless(position, user);
  return position;
}

export const signFeedToken = (deps: TokenDeps, id: UserId, position: FeedPosition): string =>
  signCursor(deps, scopeOf(id), position);

/** Throws `resync` when something that the reader has not been told of is forgotten, or has never happened here. */
export function requireGapless({ after, since }: FeedPosition, { sequence, feedFloor }: User): void {
  if (Math.max(after, since) < feedFloor) throw resync('Deletions that this token has not seen are forgotten by now.');
  // Only a database that was put back to an earlier state does not know of its own tokens.
  if (after > sequence) throw resync('This token knows of changes that are not here.');
}

const scopeOf = (user: UserId): CursorScope => ({ user, order: 'changes' });

const resync = (reason: string) =>
  new AppError('resync', `${reason} Read the feed without a token, and keep only what it tells.`);
