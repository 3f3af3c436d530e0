import type { Request, Response } from 'express';
import type { Clock } from '../../runtime/clock.ts';
import type { RequestLimits } from '../../http/admit-caller.ts';
import { AppError } from '../../runtime/errors.ts';
import { policyField, rateLimitField, rateLimitHeaders, type Quota } from '../../runtime/rate-limit-headers.ts';
import type { Budget } from '../../http/route.ts';
import type { UserId } from '../../runtime/ids.ts';
import type { Counter } from '../../runtime/metrics.ts';
import { HourlyCounts } from './hourly-counts.ts';
import { accountsQuota, rateQuota, secondsUntilFull } from './quotas.ts';
import type { Rate, RateSettings } from './settings.ts';
import { TokenBuckets } from './token-buckets.ts';
import { clientAddress, networkOf } from '../../http/client-address.ts';

interface RateLimitsDeps {
  clock: Pick<Clock, 'elapsed'>;
  settings: RateSettings;
  /** Returns the network of a request. Undefined if addresses do not count. */
  networkOf: ((request: Request) => string | undefined) | undefined;
  /** Counts refusals by the name of the limit. */
  refusals: Counter;
}

interface RateLimitsConfig {
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

/** Counts the requests to this instance: by user, or by address if they have no valid sign-in. */
class RateLimits implements RequestLimits {
  readonly #networkOf: RateLimitsDeps['networkOf'];
  readonly #refusals: Counter;
  /** Separate from the addresses, so that requests from many addresses do not push the users out of memory. */
  readonly #users: Record<Budget, Limit>;
  readonly #addresses: Record<Budget, Limit>;
  readonly #signIns: Limit;
  readonly #accounts: HourlyCounts;
  readonly #accountsQuota: Quota;

  constructor({ clock, settings, networkOf, refusals }: RateLimitsDeps) {
    const budgets = () => ({
      api: limitOf(clock, 'api', settings.api),
      pictures: limitOf(clock, 'pictures', settings.pictures),
    });
    this.#networkOf = networkOf;
    this.#refusals = refusals;
    this.#users = budgets();
    this.#addresses = budgets();
    this.#signIns = limitOf(clock, 'sign-ins', settings.signIns);
    this.#accounts = new HourlyCounts(clock, settings.accounts);
    this.#accountsQuota = accountsQuota(settings);
  }

  get countsAddresses(): boolean {
    return this.#networkOf !== undefined;
  }

  countUser(user: UserId, budget: Budget, response: Response): void {
    this.#take(this.#users[budget], user, 'You have sent too many requests.', response);
  }

  countAddress(request: Request, budget: Budget, response: Response): void {
    const network = this.#networkOf?.(request);
    if (network !== undefined) this.#take(this.#addresses[budget], network, TOO_MANY_WITHOUT_SIGN_IN, response);
  }

  /**
   * Counts by owner and address together. So viewers of a public timeline do not use up the quota of its owner, and
   * clients behind one address have a quota for each owner.
   */
  countPass(owner: UserId, request: Request, budget: Budget, response: Response): void {
    const network = this.#networkOf?.(request);
    if (network === undefined) return this.countUser(owner, budget, response);
    this.#take(this.#addresses[budget], `${owner} ${network}`, WORDS_OF_PASSES[budget], response);
  }

  countFailedSignIn(request: Request): void {
    const network = this.#networkOf?.(request);
    if (network !== undefined) this.#take(this.#signIns, network, 'Too many invalid tokens came from your address.');
  }

  /**
   * Counts an account before it is created. The function that it returns undoes that.
   * @throws AppError rate-limited
   */
  countNewAccount(request: Request): (() => void) | undefined {
    const network = this.#networkOf?.(request);
    if (network === undefined) return undefined;
    if (this.#accounts.take(network)) return () => this.#accounts.giveBack(network);
    const seconds = this.#accounts.secondsUntilNext(network);
    throw this.#refusal(this.#accountsQuota, 'Too many accounts were created from your address.', seconds);
  }

  #take({ buckets, quota, policy }: Limit, key: string, detail: string, response?: Response): void {
    const left = buckets.take(key);
    if (left < 0) throw this.#refusal(quota, detail, buckets.secondsUntilNext(key));
    response?.setHeader('RateLimit-Policy', policy);
    response?.setHeader('RateLimit', rateLimitField(quota.name, left, secondsUntilFull(buckets.rate, left)));
  }

  #refusal(quota: Quota, detail: string, seconds: number): AppError {
    this.#refusals.add({ limit: quota.name });
    return new AppError('rate-limited', `${detail} Try again after ${seconds} s.`, {
      extra: { limit: quota },
      headers: rateLimitHeaders({ ...quota, left: 0, seconds }),
    });
  }
}

const WORDS_OF_PASSES: Record<Budget, string> = {
  api: 'Too many requests came with upload grants of this account.',
  pictures: 'Too many pictures were requested.',
};

const TOO_MANY_WITHOUT_SIGN_IN = 'Too many requests without a valid sign-in came from your address.';

interface Limit {
  buckets: TokenBuckets;
  quota: Quota;
  /** The value of `RateLimit-Policy`. */
  policy: string;
}

function limitOf(clock: RateLimitsDeps['clock'], name: string, rate: Rate): Limit {
  const quota = rateQuota(name, rate);
  return { buckets: new TokenBuckets(clock, rate), quota, policy: policyField(quota) };
}

/** Prefix lengths: one client may have all addresses of an IPv6 /64 (RFC 6177). */
const ONE_CLIENT = { v4: 32, v6: 64 };

const networkOfConnection = (request: Request) => networkOf(clientAddress(request, { onAppEngine: false }), ONE_CLIENT);

/** Without this header all clients would have the address of the front end. */
function networkOfHeader(request: Request): string | undefined {
  if (!request.headers['x-appengine-user-ip']) return undefined;
  return networkOf(clientAddress(request, { onAppEngine: true }), ONE_CLIENT);
}
