import { z } from 'zod';
import type { Quota } from '../../runtime/rate-limit-headers.ts';
import { MOST_OPEN_UPLOADS } from '../../data/rules/upload-changes.ts';
import { accountsQuota, rateQuota, uploadsQuota } from '../rate-limits/quotas.ts';
import type { Rate, RateSettings } from '../rate-limits/settings.ts';

const RateLimit = z.object({
  name: z.string().describe('As `RateLimit` and `RateLimit-Policy` name it.'),
  quota: z.int().describe('How much there is at most, in `unit`.'),
  unit: z.enum(['requests', 'concurrent-requests', 'content-bytes']),
  windowSeconds: z.int().optional().describe('In how many seconds all of it comes back by itself.'),
  rate: z
    .object({ perSecond: z.number(), burst: z.int() })
    .optional()
    .describe('A bucket of tokens: how many come back in a second, and how many it holds.'),
  scope: z
    .enum(['instance', 'user'])
    .describe('`instance`: each instance of the service counts for itself. `user`: all of them count together.'),
  per: z
    .array(z.enum(['user', 'address']))
    .describe('What has a quota of its own. An address counts only for requests without a valid sign-in.'),
});
type RateLimit = z.output<typeof RateLimit>;

export const RateLimits = z
  .array(RateLimit)
  .describe('Beyond them the answer is 429, or 507 for `storage`. One client may meet several instances.');

export interface RatesConfig {
  rateLimits: RateSettings | undefined;
  limits: { quotaBytes: number };
  profile: 'local' | 'google';
}

/** The limits that `RateLimit` and `RateLimit-Policy` speak of. */
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

/** Requests are counted in the memory of an instance. */
const counted = (quota: Quota, per: RateLimit['per']): RateLimit => ({ ...quota, scope: 'instance', per });

/** What costs storage is counted where it is stored. */
const stored = (name: string, quota: number, unit: RateLimit['unit']): RateLimit => ({
  name,
  quota,
  unit,
  scope: 'user',
  per: ['user'],
});
