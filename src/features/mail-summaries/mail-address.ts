import { isOneAddress } from '../../mail/one-address.ts';
import type { User } from '../../data/model/records.ts';

/** Returns the address for mail to a user, or undefined if there is none: then no mail is sent. */
export type AddressOf = (user: User) => string | undefined;

/**
 * Returns the address that the user's issuer has verified. In the local profile every handle has a mailbox on this
 * machine. Accounts of earlier versions may hold a text that is not one address. No mail is sent there.
 */
export const addressesIn =
  (profile: 'local' | 'google'): AddressOf =>
  ({ email, handle }) =>
    known(email) ?? (profile === 'local' ? `${handle}@localhost` : undefined);

const known = (email: string | null) => (email !== null && isOneAddress(email) ? email : undefined);
