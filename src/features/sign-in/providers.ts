import type { IdentityConfig, IssuerConfig } from '../accounts/identity-config.ts';

/** An issuer with an authorization endpoint, at which a person signs in for pages. */
export interface Provider {
  /** Its URL: the `iss` of its tokens, and where its endpoints are discovered. */
  issuer: string;
  /** How pages name it. */
  name: string;
  clientId: string;
  /** Undefined: a public client, which PKCE alone protects. */
  clientSecret?: string | undefined;
}

/** Returns the issuers at which people can sign in for pages, each once. */
export function providersIn(identity: IdentityConfig): Provider[] {
  if (identity.kind !== 'issuers') return [];
  const byIssuer = new Map<string, Provider>();
  for (const provider of identity.issuers.flatMap(describe)) {
    const known = byIssuer.get(provider.issuer);
    // Of several clients of one issuer the first one with a secret is that of the pages. The others belong to apps.
    if (!known || (known.clientSecret === undefined && provider.clientSecret !== undefined)) {
      byIssuer.set(provider.issuer, provider);
    }
  }
  return [...byIssuer.values()];
}

function describe(config: IssuerConfig): Provider[] {
  if (config.kind === 'oidc') {
    const { issuer, audience: clientId, secret: clientSecret } = config;
    return [{ issuer, name: new URL(issuer).host, clientId, clientSecret }];
  }
  // Google's token endpoint wants the secret of a web client. Clients of apps have none.
  if (config.kind !== 'google' || config.secret === undefined) return [];
  return [{ issuer: GOOGLE, name: 'Google', clientId: config.clientId, clientSecret: config.secret }];
}

const GOOGLE = 'https://accounts.google.com';
