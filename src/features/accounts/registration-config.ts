import type { EnvironmentReader } from '../../runtime/environment-reader.ts';
import { comparable, isOneAddress } from '../../mail/one-address.ts';

/** Who may create an account. It does not concern accounts that exist. */
export type RegistrationConfig =
  /** Every user of a trusted issuer. */
  | { readonly kind: 'open' }
  /** Only invited people. */
  | { readonly kind: 'closed' }
  /** Members of these organisations, and invited people. */
  | { readonly kind: 'domain'; readonly domains: readonly string[] }
  /** The people on the list, and invited people. */
  | { readonly kind: 'list'; readonly people: readonly Invitee[] };

/** A person who may create an account: by an address, or by the subject of an issuer. */
export type Invitee = { readonly address: string } | { readonly issuer: string; readonly subject: string };

const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/;

/** Reads REGISTRATION. Without it the local profile is open, and the google profile is closed. */
export function readRegistration(source: EnvironmentReader, profile: 'local' | 'google'): RegistrationConfig {
  const text = source.text('REGISTRATION') ?? (profile === 'local' ? 'open' : 'closed');
  const config = parseRegistration(text);
  if (config) return config;
  const forms = 'open, closed, domain:<domain>[,<domain> …] or list:<address or issuer|subject>[, …]';
  source.fault('REGISTRATION', `must be ${forms}`);
  return { kind: 'closed' };
}

function parseRegistration(text: string): RegistrationConfig | undefined {
  if (text === 'open' || text === 'closed') return { kind: text };
  const [, kind, value = ''] = /^(domain|list):(.*)$/s.exec(text) ?? [];
  const entries = value.split(',').map((entry) => entry.trim());
  if (kind === 'domain') {
    const domains = entries.map((entry) => entry.toLowerCase());
    return domains.every((domain) => DOMAIN.test(domain)) ? { kind, domains } : undefined;
  }
  const people = entries.map(parseInvitee).filter((person) => person !== undefined);
  return kind === 'list' && people.length === entries.length ? { kind, people } : undefined;
}

/**
 * Reads an address or `<issuer>|<subject>`. Returns undefined if the text is neither. A subject may contain further
 * bars. An issuer is a URL, or `local` for the stand-in.
 */
export function parseInvitee(text: string): Invitee | undefined {
  const [, issuer, subject] = /^([^|]+)\|(.+)$/s.exec(text) ?? [];
  if (issuer === undefined || subject === undefined) {
    return isOneAddress(text) ? { address: comparable(text) } : undefined;
  }
  const known = issuer === 'local' || URL.canParse(issuer);
  return known && subject.length <= 255 && !/\p{Cc}/u.test(subject) ? { issuer, subject } : undefined;
}

/** Writes a person so that `parseInvitee` reads it. */
export const describeInvitee = (invitee: Invitee) =>
  'address' in invitee ? invitee.address : `${invitee.issuer}|${invitee.subject}`;
