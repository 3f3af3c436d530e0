import { createRemoteJWKSet, errors, type JWTVerifyGetKey, type RemoteJWKSet } from 'jose';
import { z } from 'zod';
import { isLoopback } from '../../runtime/loopback.ts';
import { AppError } from '../../runtime/errors.ts';
import type { TrustedIssuer } from './trusted-issuers.ts';

/** How long an issuer may take to name its keys, in milliseconds. */
const PATIENCE = 5000;

/**
 * Finds the key of a token among those of its issuer: fetched when first needed, kept for ten minutes, fetched again
 * when a token names an unknown key, but only every 30 s, so that forged tokens cannot make us flood the issuer.
 * The function rejects with AppError `unavailable` when the keys cannot be had, which is not the token's fault.
 */
export function issuerKeys(issuer: TrustedIssuer): JWTVerifyGetKey {
  let opening: Promise<RemoteJWKSet> | undefined;
  return async (header, token) => {
    try {
      opening ??= openKeySet(issuer);
      const keys = await opening;
      return await keys(header, token);
    } catch (cause) {
      if (isFaultOfToken(cause)) throw cause;
      // A key set once opened stays: it knows itself when to fetch again.
      await opening?.catch(() => (opening = undefined));
      throw new AppError('unavailable', 'The keys of the issuer of your token cannot be had at the moment.', {
        cause,
        headers: { 'Retry-After': '5' },
      });
    }
  };
}

const isFaultOfToken = (error: unknown) =>
  error instanceof errors.JWKSNoMatchingKey ||
  error instanceof errors.JWKSMultipleMatchingKeys ||
  error instanceof errors.JOSENotSupported;

async function openKeySet({ spellings: [url = ''], jwksUri }: TrustedIssuer): Promise<RemoteJWKSet> {
  return createRemoteJWKSet(new URL(jwksUri ?? (await discover(url))), { timeoutDuration: PATIENCE });
}

const Metadata = z.object({ issuer: z.string(), jwks_uri: z.url() });

/** OpenID Connect Discovery 1.0, section 4: the document must speak of the very issuer that it was asked for. */
async function discover(issuer: string): Promise<string> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE), redirect: 'error' });
  if (!response.ok) throw new Error(`${url} answered ${response.status}.`);
  const metadata = Metadata.parse(await response.json());
  if (metadata.issuer !== issuer) throw new Error(`${url} speaks of another issuer.`);
  if (!isSafe(metadata.jwks_uri)) throw new Error(`${url} names keys that are not fetched over TLS.`);
  return metadata.jwks_uri;
}

/** OpenID Connect Discovery 1.0, section 3: keys come over TLS, since they decide whom we believe. */
function isSafe(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname.replaceAll(/[[\]]/g, '')));
}
