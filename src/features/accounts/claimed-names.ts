import { isOneAddress } from '../../mail/one-address.ts';
import type { Identity } from './verify-token.ts';

/** Claims of an ID token or of a userinfo reply. Each may be any JSON value. */
export type Claims = Readonly<Record<string, unknown>>;

/** Reads what claims say of a person's names (OpenID Connect Core 1.0, section 5.1). */
export const claimedNames = ({
  preferred_username: name,
  email,
  email_verified: verified,
  hd,
}: Claims): Pick<Identity, 'name' | 'email' | 'hostedDomain'> => ({
  name: typeof name === 'string' ? name : undefined,
  // A text that is not an address is dropped: the account is found by the subject, so the sign-in still works.
  email: verified === true && typeof email === 'string' && isOneAddress(email) ? email : undefined,
  hostedDomain: typeof hd === 'string' ? hd.toLowerCase() : undefined,
});
