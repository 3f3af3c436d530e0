import type { Request } from 'express';
import { clientAddress, networkOf } from '../../http/client-address.ts';
import type { RateSettings } from './settings.ts';
import { RateLimits, type RateLimitsDeps } from './rate-limits.ts';

export interface RateLimitsConfig {
  /** Undefined: requests are not counted. */
  rateLimits: RateSettings | undefined;
  profile: 'local' | 'google';
  onAppEngine: boolean;
}

/** Creates the limits of `RATE_LIMITS`, if there are any. In the local profile addresses do not count. */
export function createRateLimits(
  { rateLimits: settings, profile, onAppEngine }: RateLimitsConfig,
  { clock, refusals }: Pick<RateLimitsDeps, 'clock' | 'refusals'>,
): RateLimits | undefined {
  if (settings === undefined) return undefined;
  const network = onAppEngine ? networkOfHeader : networkOfConnection;
  return new RateLimits({ clock, settings, refusals, networkOf: profile === 'google' ? network : undefined });
}

/** Prefix lengths: one client may have all addresses of an IPv6 /64 (RFC 6177). */
const ONE_CLIENT = { v4: 32, v6: 64 };

const networkOfConnection = (request: Request) => networkOf(clientAddress(request, { onAppEngine: false }), ONE_CLIENT);

/** Without this header all clients would have the address of the front end. */
function networkOfHeader(request: Request): string | undefined {
  if (!request.headers['x-appengine-user-ip']) return undefined;
  return networkOf(clientAddress(request, { onAppEngine: true }), ONE_CLIENT);
}
