import type { Clock } from '../../runtime/clock.ts';
import { AppError } from '../../runtime/errors.ts';
import type { Caller } from '../../http/route.ts';

/** How old a sign-in may be, in seconds, where something cannot be undone. */
export const FRESH_SIGN_IN = 15 * 60;

/**
 * Requires that the person signed in a short while ago: a thief with an open page or an old token is stopped here. The
 * challenge is that of RFC 9470, section 3.
 * @throws AppError `fresh-sign-in-required`
 */
export function requireFreshSignIn({ clock }: { clock: Clock }, { signedInAt = 0 }: Caller): void {
  if (clock.now() - signedInAt <= FRESH_SIGN_IN * 1000) return;
  throw new AppError(
    'fresh-sign-in-required',
    `This needs a sign-in that is at most ${FRESH_SIGN_IN / 60} minutes old. Sign in again, and then repeat the request ` +
      '(with a bearer token: one whose `auth_time`, or `iat` where there is none, is that fresh).',
    {
      reason: 'sign-in-too-old',
      extra: { maxAgeSeconds: FRESH_SIGN_IN },
      headers: {
        'WWW-Authenticate':
          'Bearer error="insufficient_user_authentication", ' +
          `error_description="A more recent sign-in is required", max_age="${FRESH_SIGN_IN}"`,
      },
    },
  );
}
