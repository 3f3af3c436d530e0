import type { User } from '../library/shapes.ts';

/** Where mail to a user goes; undefined when that is not known, and then there is no mail. */
export type AddressOf = (user: User) => string | undefined;

/** The address that the user's issuer has verified. In the local profile every handle has a mailbox on this machine. */
export const addressesIn =
  (profile: 'local' | 'google'): AddressOf =>
  ({ email, handle }) =>
    email ?? (profile === 'local' ? `${handle}@localhost` : undefined);
