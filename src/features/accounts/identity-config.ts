import { isLoopback } from '../../runtime/loopback.ts';
import type { EnvironmentReader } from '../../runtime/environment-reader.ts';

/** A trusted issuer of ID tokens. Its endpoints and algorithms follow from its kind. */
export type IssuerConfig =
  | { readonly kind: 'firebase'; readonly project: string }
  | { readonly kind: 'google'; readonly clientId: string }
  | { readonly kind: 'iap'; readonly audience: string }
  | { readonly kind: 'oidc'; readonly issuer: string; readonly audience: string };

/** Who signs users in: the stand-in that accepts any name, or real issuers. */
export type IdentityConfig =
  { readonly kind: 'local' } | { readonly kind: 'issuers'; readonly issuers: readonly IssuerConfig[] };

interface IdentitySurroundings {
  profile: 'local' | 'google';
  onAppEngine: boolean;
  host: string;
}

/** Reads IDENTITY. */
export function readIdentity(
  source: EnvironmentReader,
  { profile, onAppEngine, host }: IdentitySurroundings,
): IdentityConfig {
  const text = source.required('IDENTITY', profile === 'local' ? 'local' : undefined);
  if (text !== 'local') return { kind: 'issuers', issuers: readIssuers(source, text) };
  // The stand-in accepts any name, so only programs on this machine may reach it.
  if (onAppEngine) source.fault('IDENTITY', 'must not be local where GAE_ENV is set');
  if (!isLoopback(host)) source.fault('IDENTITY', 'must not be local unless HOST is a loopback address');
  return { kind: 'local' };
}

function readIssuers(source: EnvironmentReader, text: string): IssuerConfig[] {
  const issuers = text === '' ? [] : text.split(',').map((part) => parseIssuer(part.trim()));
  const good = issuers.filter((issuer) => issuer !== undefined);
  if (good.length === issuers.length) return good;
  const forms = 'firebase:<project>, google:<client id>, iap:<audience>, oidc:<issuer URL>|<audience>';
  source.fault('IDENTITY', `must be local or a comma-separated list of ${forms}`);
  return good;
}

function parseIssuer(text: string): IssuerConfig | undefined {
  const [, kind, value] = /^(\w+):(.+)$/.exec(text) ?? [];
  if (value === undefined) return undefined;
  if (kind === 'firebase') return { kind, project: value };
  if (kind === 'google') return { kind, clientId: value };
  if (kind === 'iap') return { kind, audience: value };
  return kind === 'oidc' ? parseOidc(value) : undefined;
}

function parseOidc(value: string): IssuerConfig | undefined {
  const [issuer = '', audience = '', ...rest] = value.split('|');
  if (!audience || rest.length > 0 || !URL.canParse(issuer)) return undefined;
  const { protocol, hostname } = new URL(issuer);
  const safe = protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
  return safe ? { kind: 'oidc', issuer, audience } : undefined;
}
