import type { Key, Transaction } from '@google-cloud/datastore';
import { AppError } from '../../runtime/errors.ts';
import { comparable, domainOf } from '../../mail/one-address.ts';
import { openInvitations, type InvitationDeps } from './invitations.ts';
import { describeInvitee, type Invitee, type RegistrationConfig } from './registration-config.ts';
import type { Identity } from './verify-token.ts';

export interface RegistrationDeps extends InvitationDeps {
  registration: RegistrationConfig;
}

/** Issuers that name the organisation of a user in `hd`. It is more reliable than the domain of an address. */
const NAMES_ORGANISATION = new Set(['https://accounts.google.com', 'https://cloud.google.com/iap']);

/**
 * Decides whether an identity may create an account, and returns the keys of the invitations that this uses up. It
 * reads nothing if the configuration alone admits the identity, else it costs one lookup.
 * @throws AppError registration-closed
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
 * Returns the domain that a person belongs to: the domain of the verified address. For Google only `hd` counts, since a
 * Google account may have any address (Google Identity, "Verify the Google ID token").
 */
function organisationOf({ issuer, email, hostedDomain }: Identity): string | undefined {
  if (NAMES_ORGANISATION.has(issuer)) return hostedDomain;
  return email === undefined ? undefined : domainOf(email);
}

/** The names by which a person may be invited. An address counts only if the issuer has verified it. */
const namesOf = ({ issuer, subject, email }: Identity): Invitee[] => [
  { issuer, subject },
  ...(email === undefined ? [] : [{ address: comparable(email) }]),
];

function registrationClosed({ issuer, subject, email }: Identity): AppError {
  const name = email ?? `${issuer}|${subject}`;
  return new AppError(
    'registration-closed',
    `You have no account here, and new accounts need an invitation. ` +
      `Ask the operator of this service to invite ${name}, and then sign in again.`,
    { reason: 'not-invited' },
  );
}
