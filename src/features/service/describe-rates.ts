import { z } from 'zod';
import type { Quota } from '../../runtime/rate-limit-headers.ts';
import { MOST_OPEN_UPLOADS } from '../../data/rules/upload-changes.ts';
import { accountsQuota, rateQuota, uploadsQuota } from '../rate-limits/quotas.ts';
import type { Rate, RateSettings } from '../rate-limits/settings.ts';

const RateLimit = z.object({
  name: z.string().describe('The name in `RateLimit` and `RateLimit-Policy`.'),
  quota: z.int().describe('The limit, in `unit`.'),
  unit: z.enum(['requests', 'concurrent-requests', 'content-bytes']),
  windowSeconds: z.int().optional().describe('Seconds until a used-up quota is full again.'),
  rate: z
    .object({ perSecond: z.number(), burst: z.int() })
    .optional()
    .describe('A token bucket: how many tokens come back per second, and how many it holds.'),
  scope: z
    .enum(['instance', 'user'])
    .describe('`instance`: each instance of the service counts separately. `user`: all instances count together.'),
  per: z
    .array(z.enum(['user', 'address']))
    .describe('What has its own quota. Addresses count only for requests without a valid sign-in.'),
});
type RateLimit = z.output<typeof RateLimit>;

export const RateLimits = z
  .array(RateLimit)
  .describe(
    'Requests beyond them get 429, or 507 for `storage`. The requests of one client may reach several instances.',
  );

export interface RatesConfig {
  rateLimits: RateSettings | undefined;
  limits: { quotaBytes: number };
  profile: 'local' | 'google';
}

/** Describes the limits in `RateLimit` and `RateLimit-Policy`. */
export function describeRates({ rateLimits, limits, profile }: RatesConfig) {
  return [
    ...(rateLimits ? countedRates(rateLimits, profile === 'google') : []),
    stored('open-uploads', MOST_OPEN_UPLOADS, 'concurrent-requests'),
    stored('storage', limits.quotaBytes, 'content-bytes'),
  ];
}

function countedRates(settings: RateSettings, addressesCount: boolean): RateLimit[] {
  const { api, pictures, signIns, uploads } = settings;
  const per: RateLimit['per'] = addressesCount ? ['user', 'address'] : ['user'];
  const ofUsers = [
    bucket('api', api, per),
    bucket('pictures', pictures, per),
    counted(uploadsQuota(uploads), ['user']),
  ];
  if (!addressesCount) return ofUsers;
  return [...ofUsers, counted(accountsQuota(settings), ['address']), bucket('sign-ins', signIns, ['address'])];
}

const bucket = (name: string, rate: Rate, per: RateLimit['per']): RateLimit => ({
  ...counted(rateQuota(name, rate), per),
  rate,
});

/** A limit that each instance counts in its memory. */
const counted = (quota: Quota, per: RateLimit['per']): RateLimit => ({ ...quota, scope: 'instance', per });

/** A limit that is counted in Datastore. */
const stored = (name: string, quota: number, unit: RateLimit['unit']): RateLimit => ({
  name,
  quota,
  unit,
  scope: 'user',
  per: ['user'],
});
