import { isOneAddress } from '../../mail/one-address.ts';
import type { User } from '../../data/model/records.ts';

/** Where mail to a user goes; undefined when that is not known, and then there is no mail. */
export type AddressOf = (user: User) => string | undefined;

/**
 * The address that the user's issuer has verified. In the local profile every handle has a mailbox on this machine.
 * Accounts of earlier versions may hold a text that is not one address: no mail goes there.
 */
export const addressesIn =
  (profile: 'local' | 'google'): AddressOf =>
  ({ email, handle }) =>
    known(email) ?? (profile === 'local' ? `${handle}@localhost` : undefined);

const known = (email: string | null) => (email !== null && isOneAddress(email) ? email : undefined);
