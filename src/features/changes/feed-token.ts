import { z } from 'zod';
import { AppError } from '../../runtime/errors.ts';
import type { UserId } from '../../runtime/ids.ts';
import type { User } from '../../data/model/records.ts';
import { readCursor, signCursor, type CursorScope } from '../../signing/cursor.ts';
import type { SigningKeys } from '../../signing/keys.ts';

/** A reader's position in the feed. */
const FeedPosition = z.object({
  /** The reader has got every change up to this sequence. */
  after: z.int().min(0),
  /** The sequence at which the reader started. It has no photo that was erased before. */
  since: z.int().min(0),
});
export type FeedPosition = z.infer<typeof FeedPosition>;

interface TokenDeps {
  signingKeys: SigningKeys;
}

/** Sent instead of a token: only changes from now on, and none of the present photos. */
const LATEST = 'latest';

/**
 * Reads a reader's token. Without a token the reader gets all photos.
 * @throws AppError cursor-invalid for a damaged token, cursor-mismatch for another user's token, resync if the feed
 *   cannot continue without a gap
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

/**
 * Requires that the feed still has every change after a position.
 * @throws AppError resync
 */
export function requireGapless({ after, since }: FeedPosition, { sequence, feedFloor }: User): void {
  if (Math.max(after, since) < feedFloor)
    throw resync('This token is too old: deletions after it are no longer known.');
  // This happens after the database was restored to an earlier state.
  if (after > sequence) throw resync('This token is newer than the data of the service.');
}

const scopeOf = (user: UserId): CursorScope => ({ user, order: 'changes' });

const resync = (reason: string) =>
  new AppError('resync', `${reason} Read the feed without a token, and drop what it does not return.`);
