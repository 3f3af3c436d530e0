/** A limit that somebody has run into, as the client is told of it. */
export interface RateLimit {
  /** The name of the limit, which stands in `RateLimit-Policy` and in `RateLimit`. */
  name: string;
  /** How much there is in all, in `unit`. */
  quota: number;
  unit: 'concurrent-requests' | 'content-bytes';
  /** How much of it is left. */
  left: number;
  /** After how many seconds there may be more; absent where waiting does not help. */
  seconds?: number;
}

/**
 * The response headers of a reply that refuses for a limit: `Retry-After`, and the fields of
 * draft-ietf-httpapi-ratelimit-headers-09.
 */
export const rateLimitHeaders = ({ name, quota, unit, left, seconds }: RateLimit): Record<string, string> => ({
  'RateLimit-Policy': `"${name}";q=${quota};qu="${unit}"`,
  RateLimit: `"${name}";r=${left}${seconds === undefined ? '' : `;t=${seconds}`}`,
  ...(seconds === undefined ? {} : { 'Retry-After': String(seconds) }),
});
