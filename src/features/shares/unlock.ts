import type { Library } from '../../data/commit/group-commit.ts';
import type { EntityRef } from '../../data/model/entity-refs.ts';
import { packedKind } from '../../data/model/kind.ts';
import { AppError } from '../../runtime/errors.ts';
import type { ShareId } from '../../runtime/ids.ts';
import { UNLOCK_LIFE_MS, writeUnlockToken } from '../../signing/unlock-token.ts';
import { isPassword } from './password.ts';
import { findShare, type ReadSharesDeps } from './read-shares.ts';
import { MINUTE_MS } from '../../runtime/durations.ts';

export interface UnlockDeps extends ReadSharesDeps {
  library: Library;
}

/** The guesses at the password of one share in one minute. */
interface Guesses {
  /** Minutes since the Unix epoch. */
  minute: number;
  count: number;
}

const GuessesKind = packedKind<Guesses>('ShareGuesses', { version: 1, fields: { minute: 'number', count: 'number' } });

const guessesRef = (id: ShareId): EntityRef<Guesses> => ({ kind: GuessesKind, name: id });

/** Guesses at one password in a minute, from all guests and on all instances together. */
const MOST_GUESSES = 10;

/**
 * Returns the token by which a guest who knows the password opens a share.
 * @throws AppError not-found, gone; rate-limited after ten guesses in a minute; share-locked for a wrong password
 */
export async function unlockShare(
  deps: UnlockDeps,
  token: string,
  password: string,
): Promise<{ unlock: string; expiresAt: number }> {
  const { name, share } = await findShare(deps, token);
  const expiresAt = deps.clock.now() + UNLOCK_LIFE_MS;
  const kept = share.password;
  if (kept === null) return { unlock: 'none', expiresAt };
  // Counted before the password is looked at: of guesses at the same time, only ten count.
  await deps.library.commit(
    name.user,
    async ({ entities, now }) => {
      const minute = Math.floor(now / MINUTE_MS);
      const before = await entities.read(guessesRef(share.id));
      const count = before?.minute === minute ? before.count + 1 : 1;
      if (count > MOST_GUESSES) throw tooMany(MINUTE_MS - (now % MINUTE_MS));
      entities.write(guessesRef(share.id), { minute, count });
    },
    [guessesRef(share.id)],
  );
  if (!(await isPassword(password, kept))) throw wrong();
  return { unlock: writeUnlockToken(deps.signingKeys, name, kept, expiresAt), expiresAt };
}

const tooMany = (waitMs: number) =>
  new AppError('rate-limited', `At most ${MOST_GUESSES} guesses a minute are taken. Wait until the next minute.`, {
    headers: { 'Retry-After': String(Math.max(1, Math.ceil(waitMs / 1000))) },
  });

const wrong = () =>
  new AppError('share-locked', 'This is not the password of the share.', {
    headers: { 'WWW-Authenticate': 'Share-Password' },
  });
