import type { IdentityConfig, IssuerConfig } from './identity-config.ts';

/** Where a token is: in `Authorization: Bearer`, or in the header of Google's Identity-Aware Proxy. */
export type TokenPlace = 'bearer' | 'iap';

/** A trusted issuer of ID tokens, and the requirements on its tokens. */
export interface TrustedIssuer {
  /** A part of the key of its accounts. It never changes; the address of the stand-in does. */
  name: string;
  /** The values of `iss` in its tokens. */
  spellings: string[];
  /** The accepted values of `aud`. */
  audience: string[];
  algorithms: string[];
  /** The URL of its key set. Undefined: OpenID Connect Discovery of the issuer finds it. */
  jwksUri?: string;
  place: TokenPlace;
}

/** The name of the stand-in issuer, whose subjects are handles. */
export const LOCAL_ISSUER = 'local';

/**
 * Returns the issuers of a configuration. Several audiences of one issuer are merged.
 * @param localIssuer The URL of the stand-in, which counts only if the configuration is local.
 */
export function trustedIssuers(config: IdentityConfig, localIssuer?: string): TrustedIssuer[] {
  if (config.kind === 'pairing') return [];
  if (config.kind === 'local') return localIssuer === undefined ? [] : [standIn(localIssuer)];
  const byName = new Map<string, TrustedIssuer>();
  for (const issuer of config.issuers.map(describe)) {
    const known = byName.get(issuer.name);
    byName.set(issuer.name, known ? { ...known, audience: [...known.audience, ...issuer.audience] } : issuer);
  }
  return [...byName.values()];
}

const standIn = (url: string): TrustedIssuer => ({
  ...discovered(url, 'photo-timeline'),
  name: LOCAL_ISSUER,
});

/** Names, audiences and key sets as Google's pages on Firebase, Google Identity and IAP give them. */
function describe(config: IssuerConfig): TrustedIssuer {
  if (config.kind === 'oidc') return discovered(config.issuer, config.audience);
  if (config.kind === 'firebase') {
    return { ...google(`https://securetoken.google.com/${config.project}`, config.project), jwksUri: FIREBASE_KEYS };
  }
  if (config.kind === 'iap') {
    const iap = google('https://cloud.google.com/iap', config.audience);
    return { ...iap, jwksUri: IAP_KEYS, algorithms: ['ES256'], place: 'iap' };
  }
  const accounts = google('https://accounts.google.com', config.clientId);
  return { ...accounts, spellings: [accounts.name, 'accounts.google.com'] };
}

const FIREBASE_KEYS = 'https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com';
const GOOGLE_KEYS = 'https://www.googleapis.com/oauth2/v3/certs';
const IAP_KEYS = 'https://www.gstatic.com/iap/verify/public_key-jwk';

const google = (issuer: string, audience: string): TrustedIssuer => ({
  ...discovered(issuer, audience),
  algorithms: ['RS256'],
  jwksUri: GOOGLE_KEYS,
});

/**
 * Any other issuer: OpenID Connect Core requires RS256, and the others are as strong. No algorithm with a shared
 * secret.
 */
const discovered = (issuer: string, audience: string): TrustedIssuer => ({
  name: issuer,
  spellings: [issuer],
  audience: [audience],
  algorithms: ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA'],
  place: 'bearer',
});
