import { definedFields } from './defined-fields.ts';

/** A limit as the client is told of it. */
export interface Quota {
  /** The name of the limit, which stands in `RateLimit-Policy` and in `RateLimit`. */
  name: string;
  /** How much there is in all, in `unit`. */
  quota: number;
  unit: 'requests' | 'concurrent-requests' | 'content-bytes';
  /** In how many seconds all of it comes back, where it does so by itself. */
  windowSeconds?: number;
}

/** A limit that a request has met. */
interface RateLimit extends Quota {
  /** How much of it is left. */
  left: number;
  /** After how many seconds there may be more; absent where waiting does not help. */
  seconds?: number | undefined;
}

/**
 * The response headers of a reply that refuses for a limit: `Retry-After`, and the fields of
 * draft-ietf-httpapi-ratelimit-headers-09.
 */
export const rateLimitHeaders = ({ left, seconds, ...quota }: RateLimit): Record<string, string> => ({
  'RateLimit-Policy': policyField(quota),
  RateLimit: rateLimitField(quota.name, left, seconds),
  ...definedFields({ 'Retry-After': seconds?.toString() }),
});

/** The value of `RateLimit-Policy`. Without a unit it counts requests. */
export const policyField = ({ name, quota, unit, windowSeconds }: Quota): string =>
  `"${name}";q=${quota}` +
  (unit === 'requests' ? '' : `;qu="${unit}"`) +
  (windowSeconds === undefined ? '' : `;w=${windowSeconds}`);

/** The value of `RateLimit`: what is left, and after how many seconds there is more. */
export const rateLimitField = (name: string, left: number, seconds?: number): string =>
  `"${name}";r=${left}${seconds === undefined ? '' : `;t=${seconds}`}`;
