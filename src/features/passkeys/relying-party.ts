import type { Request } from 'express';
import { isIP } from 'node:net';

/** The relying party of WebAuthn: passkeys are bound to its id. */
export interface RelyingParty {
  id: string;
  origin: string;
}

export interface RelyingPartyDeps {
  https: boolean;
  /** PUBLIC_URL, or empty text: then the host of the request counts. */
  linkBase: string;
}

/**
 * Returns the relying party of a request. Undefined where browsers offer no passkeys: by plain http except on localhost, and
 * at an IP address (WebAuthn Level 3, section 5.1.3).
 */
export function relyingPartyOf({ https, linkBase }: RelyingPartyDeps, request: Request): RelyingParty | undefined {
  const address = linkBase || `${https ? 'https' : 'http'}://${request.headers.host}`;
  if (!URL.canParse(address)) return undefined;
  const { protocol, hostname, origin } = new URL(address);
  const isLocal = hostname === 'localhost' || hostname.endsWith('.localhost');
  if (isIP(hostname) !== 0 || hostname.startsWith('[')) return undefined;
  return protocol === 'https:' || isLocal ? { id: hostname, origin } : undefined;
}
