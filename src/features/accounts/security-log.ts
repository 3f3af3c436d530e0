import type { UserId } from '../../runtime/ids.ts';
import type { Log } from '../../runtime/log.ts';
import { logName } from '../../signing/log-name.ts';
import type { SigningKeys } from '../../signing/keys.ts';

/** Log lines about accounts, by their `event`. The names are fixed, because alerts use them (docs/log.md). */
const EVENTS = {
  'account-created': 'An account was created.',
  'sign-in': 'A page signed in.',
  'sign-out': 'A page signed out.',
  'session-ended': 'A session was ended by its owner.',
  'all-sessions-ended': 'All sessions of an account were ended by its owner.',
  'token-made': 'A personal token was made by its owner.',
  'token-revoked': 'A personal token was revoked by its owner.',
  'passkey-added': 'A passkey was added by its owner.',
  'passkey-removed': 'A passkey was removed by its owner.',
  'identity-linked': 'A second identity was linked to an account.',
  'identity-unlinked': 'A linked identity was removed from an account.',
  'share-reported': 'A guest reported a share.',
  'visibility-changed': 'The visibility of a timeline was changed.',
  'account-erased': 'An account was erased by its owner.',
} as const;

type SecurityEvent = keyof typeof EVENTS;

/** Writes a log line about a user's account. Within a request the line has the request's id and network. */
export type SecurityLog = (event: SecurityEvent, user: UserId, details?: Record<string, unknown>) => void;

export const securityLog =
  ({ log, signingKeys }: { log: Log; signingKeys: SigningKeys }): SecurityLog =>
  (event, user, details = {}) =>
    log.info({ event, user: logName(signingKeys, user), ...details }, EVENTS[event]);
