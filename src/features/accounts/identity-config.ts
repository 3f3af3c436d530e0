import { isLoopback } from '../../runtime/loopback.ts';
import type { EnvironmentReader } from '../../runtime/environment-reader.ts';

/**
 * A trusted issuer of ID tokens. Its endpoints and algorithms follow from its kind. The secret is that of the client by
 * which pages sign in.
 */
export type IssuerConfig =
  | { readonly kind: 'firebase'; readonly project: string }
  | { readonly kind: 'google'; readonly clientId: string; readonly secret?: string | undefined }
  | { readonly kind: 'iap'; readonly audience: string }
  | { readonly kind: 'oidc'; readonly issuer: string; readonly audience: string; readonly secret?: string | undefined };

/** Who signs users in: the stand-in that accepts any name, codes of this program's console, or real issuers. */
export type IdentityConfig =
  | { readonly kind: 'local' }
  | { readonly kind: 'pairing' }
  | { readonly kind: 'issuers'; readonly issuers: readonly IssuerConfig[] };

interface IdentitySurroundings {
  profile: 'local' | 'google';
  onAppEngine: boolean;
  host: string;
}

/** Reads IDENTITY and CLIENT_SECRETS. */
export function readIdentity(
  source: EnvironmentReader,
  { profile, onAppEngine, host }: IdentitySurroundings,
): IdentityConfig {
  const text = source.required('IDENTITY', profile === 'local' ? 'local' : undefined);
  if (text === 'pairing') {
    // Codes are printed at the start, and challenges of passkeys are kept in memory: both need one instance.
    if (onAppEngine) source.fault('IDENTITY', 'must not be pairing where GAE_ENV is set');
    return { kind: 'pairing' };
  }
  if (text !== 'local') return { kind: 'issuers', issuers: readIssuers(source, text) };
  // The stand-in accepts any name, so only programs on this machine may reach it.
  if (onAppEngine) source.fault('IDENTITY', 'must not be local where GAE_ENV is set');
  if (!isLoopback(host))
    source.fault(
      'IDENTITY',
      'must not be local unless HOST is a loopback address, since local signs in any name. For other devices use pairing or name an issuer (docs/from-your-phone.md)',
    );
  return { kind: 'local' };
}

function readIssuers(source: EnvironmentReader, text: string): IssuerConfig[] {
  const issuers = text === '' ? [] : text.split(',').map((part) => parseIssuer(part.trim()));
  const good = withSecrets(
    source,
    issuers.filter((issuer) => issuer !== undefined),
  );
  if (good.length === issuers.length) return good;
  const forms = 'firebase:<project>, google:<client id>, iap:<audience>, oidc:<issuer URL>|<audience>';
  source.fault('IDENTITY', `must be local, pairing or a comma-separated list of ${forms}`);
  return good;
}

/** CLIENT_SECRETS is a list of `client id=secret`. */
function withSecrets(source: EnvironmentReader, issuers: IssuerConfig[]): IssuerConfig[] {
  const pairs = source.text('CLIENT_SECRETS')?.split(',') ?? [];
  const secrets = new Map(pairs.map((pair) => splitAt(pair.trim(), '=')));
  const clients = new Set(issuers.map(clientOf));
  if ([...secrets].some(([client, secret]) => secret === '' || !clients.has(client))) {
    source.fault('CLIENT_SECRETS', 'must be a list of <client id>=<secret>, with client ids of IDENTITY');
  }
  return issuers.map((issuer) => {
    const secret = secrets.get(clientOf(issuer) ?? '');
    return secret === undefined ? issuer : { ...issuer, secret };
  });
}

/** The client by which pages sign in: only these kinds have an authorization endpoint. */
function clientOf(issuer: IssuerConfig): string | undefined {
  if (issuer.kind === 'google') return issuer.clientId;
  return issuer.kind === 'oidc' ? issuer.audience : undefined;
}

function splitAt(text: string, mark: string): [before: string, after: string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
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
