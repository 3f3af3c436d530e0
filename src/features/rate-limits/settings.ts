import type { EnvironmentReader } from '../../runtime/environment-reader.ts';

/** A token bucket: a request takes a token, and tokens come back at a steady rate. */
export interface Rate {
  /** Tokens that come back per second. */
  readonly perSecond: number;
  /** Tokens that a full bucket holds. */
  readonly burst: number;
}

/** Limits of one user, or of one address without a valid sign-in, on one instance. */
export interface RateSettings {
  readonly api: Rate;
  /** Requests for pictures. A page makes dozens of them. */
  readonly pictures: Rate;
  /** Uploads of one user at once. */
  readonly uploads: number;
  /** New accounts from one address in an hour. */
  readonly accounts: number;
  /** Invalid tokens from one address. */
  readonly signIns: Rate;
}

export const RATE_DEFAULTS: RateSettings = {
  api: { perSecond: 20, burst: 600 },
  pictures: { perSecond: 200, burst: 2000 },
  uploads: 8,
  accounts: 10,
  signIns: { perSecond: 1, burst: 60 },
};

const EXPECTED =
  'must be off, or a list such as api=20/600,pictures=200/2000,uploads=8,accounts=10,sign-ins=1/60: requests a second ' +
  'and burst, uploads at once, new accounts an hour, failed sign-ins a second and burst; each name once, numbers above 0';

/** Reads `RATE_LIMITS`. A name that is not in the list keeps its default. Undefined: nothing is limited. */
export function readRateLimits(source: EnvironmentReader): RateSettings | undefined {
  const text = source.text('RATE_LIMITS');
  if (text === 'off') return undefined;
  const entries = text === undefined ? [] : text.split(',').map(parseEntry);
  const names = new Set(entries.map((entry) => Object.keys(entry ?? {})[0]));
  if (entries.includes(undefined) || names.size < entries.length) source.fault('RATE_LIMITS', EXPECTED);
  return Object.assign({}, RATE_DEFAULTS, ...entries) as RateSettings;
}

function parseEntry(text: string): Partial<RateSettings> | undefined {
  const [, name, value = ''] = /^\s*([a-z-]+)=(\S+)\s*$/.exec(text) ?? [];
  const [rate, count] = [parseRate(value), parseCount(value)];
  if (name === 'api' || name === 'pictures') return rate && { [name]: rate };
  if (name === 'sign-ins') return rate && { signIns: rate };
  return (name === 'uploads' || name === 'accounts') && count ? { [name]: count } : undefined;
}

function parseRate(text: string): Rate | undefined {
  const [, perSecond, burst = ''] = /^(\d+(?:\.\d+)?)\/(\d+)$/.exec(text) ?? [];
  const rate = { perSecond: Number(perSecond), burst: parseCount(burst) ?? 0 };
  return rate.perSecond > 0 && rate.burst > 0 ? rate : undefined;
}

function parseCount(text: string): number | undefined {
  const count = /^\d+$/.test(text) ? Number(text) : 0;
  return count > 0 && Number.isSafeInteger(count) ? count : undefined;
}
