import type { Key, Transaction } from '@google-cloud/datastore';
import { AppError } from '../../runtime/errors.ts';
import { comparable, domainOf } from '../../mail/one-address.ts';
import { openInvitations, type InvitationDeps } from './invitations.ts';
import { describeInvitee, type Invitee, type RegistrationConfig } from './registration-config.ts';
import type { Identity } from './verify-token.ts';

export interface RegistrationDeps extends InvitationDeps {
  registration: RegistrationConfig;
}

/** Issuers that name the organisation of a user in `hd`, which says more than the domain of an address. */
const NAMES_ORGANISATION = new Set(['https://accounts.google.com', 'https://cloud.google.com/iap']);

/**
 * Decides whether an identity may begin an account, and returns the keys of the invitations that are used up by it.
 * Nothing is read where the configuration alone lets the identity in; else it costs one lookup.
 * @throws AppError `registration-closed`
 */
export async function admit(deps: RegistrationDeps, tx: Transaction, identity: Identity): Promise<Key[]> {
  const names = namesOf(identity);
  if (isConfigured(deps.registration, identity, names)) return [];
  const invitations = await openInvitations(deps, tx, names);
  if (invitations.length === 0) throw registrationClosed(identity);
  return invitations;
}

function isConfigured(config: RegistrationConfig, identity: Identity, names: Invitee[]): boolean {
  if (config.kind === 'open') return true;
  if (config.kind === 'domain') return config.domains.includes(organisationOf(identity) ?? '');
  if (config.kind === 'closed') return false;
  const listed = new Set(config.people.map(describeInvitee));
  return names.some((name) => listed.has(describeInvitee(name)));
}

/**
 * The domain whose member a person is. A Google account may have been opened with any address, so that of Google only
 * `hd` counts (Google Identity, "Verify the Google ID token"); elsewhere it is the domain of the verified address.
 */
function organisationOf({ issuer, email, hostedDomain }: Identity): string | undefined {
  if (NAMES_ORGANISATION.has(issuer)) return hostedDomain;
  return email === undefined ? undefined : domainOf(email);
}

/** What a person may be invited as. An address counts only if the issuer has verified it. */
const namesOf = ({ issuer, subject, email }: Identity): Invitee[] => [
  { issuer, subject },
  ...(email === undefined ? [] : [{ address: comparable(email) }]),
];

function registrationClosed({ issuer, subject, email }: Identity): AppError {
  const name = email ?? `${issuer}|${subject}`;
  return new AppError(
    'registration-closed',
    `You have signed in, but there is no account for you here, and new accounts need an invitation. ` +
      `Ask the operator of this service to invite ${name}, and then sign in again.`,
    { reason: 'not-invited' },
  );
}
