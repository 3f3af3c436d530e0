import { createRemoteJWKSet, errors, type JWTVerifyGetKey, type RemoteJWKSet } from 'jose';
import { z } from 'zod';
import { isLoopback } from '../../runtime/loopback.ts';
import { AppError } from '../../runtime/errors.ts';
import type { TrustedIssuer } from './trusted-issuers.ts';

/** Time that an issuer has to return its keys, in milliseconds. */
const TIMEOUT_MS = 5000;
/** The same for the stand-in issuer, whose machine may be busy with the start of this program. */
const LOOPBACK_TIMEOUT_MS = 60_000;

/**
 * Returns a function that finds the key of a token among the keys of its issuer. The keys are fetched when they are
 * first needed and kept for ten minutes. A token with an unknown key fetches them again, at most every 30 s, so that
 * forged tokens cannot flood the issuer. The function throws AppError unavailable if the keys cannot be fetched.
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
      // Only a failed discovery is repeated: an open key set decides itself when to fetch again.
      await opening?.catch(() => (opening = undefined));
      throw new AppError('unavailable', "Could not fetch the keys of your token's issuer. Try again.", {
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
  const keys = new URL(jwksUri ?? (await discover(url)));
  return createRemoteJWKSet(keys, { timeoutDuration: timeoutMsOf(keys) });
}

const Metadata = z.object({ issuer: z.string(), jwks_uri: z.url() });

/** OpenID Connect Discovery 1.0, section 4: the document must name the issuer that it was requested for. */
async function discover(issuer: string): Promise<string> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMsOf(new URL(url))), redirect: 'error' });
  if (!response.ok) throw new Error(`${url} answered ${response.status}.`);
  const metadata = Metadata.parse(await response.json());
  if (metadata.issuer !== issuer) throw new Error(`${url} describes another issuer.`);
  if (!isSafe(metadata.jwks_uri)) throw new Error(`The keys in ${url} are not fetched over TLS.`);
  return metadata.jwks_uri;
}

/** OpenID Connect Discovery 1.0, section 3: keys are fetched over TLS. */
function isSafe(url: string): boolean {
  const address = new URL(url);
  return address.protocol === 'https:' || (address.protocol === 'http:' && isOnThisMachine(address));
}

const timeoutMsOf = (url: URL) => (isOnThisMachine(url) ? LOOPBACK_TIMEOUT_MS : TIMEOUT_MS);

const isOnThisMachine = ({ hostname }: URL) => isLoopback(hostname.replaceAll(/[[\]]/g, ''));
