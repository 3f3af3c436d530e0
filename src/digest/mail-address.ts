import type { User } from '../library/shapes.ts';

/** Where mail to a user goes; undefined when that is not known, and then there is no mail. */
export type AddressOf = (user: User) => string | undefined;

/**
 * In the local profile every handle has a mailbox on this machine. Elsewhere nobody has told us an address yet: users
 * are known by issuer and subject, and mail is for those who ask for it, so all are skipped.
 */
export const addressesIn = (profile: 'local' | 'google'): AddressOf =>
  profile === 'local' ? ({ handle }) => `${handle}@localhost` : () => undefined;
