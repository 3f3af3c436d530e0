import type { Clock } from '../../runtime/clock.ts';
import { AppError } from '../../runtime/errors.ts';
import type { Caller } from '../../http/route.ts';

/** Age of a sign-in up to which it may do what cannot be undone. */
const FRESH_SIGN_IN_SECONDS = 15 * 60;

/** Whether the caller signed in recently. */
export const isFreshSignIn = ({ clock }: { clock: Clock }, { signedInAt = 0 }: Pick<Caller, 'signedInAt'>): boolean =>
  clock.now() - signedInAt <= FRESH_SIGN_IN_SECONDS * 1000;

/**
 * Requires a recent sign-in, so that a stolen page or an old token cannot do it. The challenge is that of RFC 9470,
 * section 3.
 * @throws AppError fresh-sign-in-required
 */
export function requireFreshSignIn(deps: { clock: Clock }, caller: Caller): void {
  if (isFreshSignIn(deps, caller)) return;
  throw new AppError(
    'fresh-sign-in-required',
    `This needs a sign-in of the last ${FRESH_SIGN_IN_SECONDS / 60} minutes. Sign in again, and then repeat the request. ` +
      'Of a bearer token `auth_time` counts, or `iat` if there is none.',
    {
      reason: 'sign-in-too-old',
      extra: { maxAgeSeconds: FRESH_SIGN_IN_SECONDS },
      headers: {
        'WWW-Authenticate':
          'Bearer error="insufficient_user_authentication", ' +
          `error_description="A more recent sign-in is required", max_age="${FRESH_SIGN_IN_SECONDS}"`,
      },
    },
  );
}
