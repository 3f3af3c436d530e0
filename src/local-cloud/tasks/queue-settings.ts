/** How fast a queue sends. */
export interface RateLimits {
  /** Refill of the token bucket. 0 stops the queue. */
  maxDispatchesPerSecond: number;
  /** Size of the token bucket. */
  maxBurstSize: number;
  maxConcurrentDispatches: number;
}

/** When a failed task is sent again. Spans are in seconds. */
export interface RetryConfig {
  /** Attempts in all, the first one included; -1 for no limit. */
  maxAttempts: number;
  /** Since the first attempt; 0 for no limit. A task is exhausted when both limits are reached. */
  maxRetryDuration: number;
  minBackoff: number;
  maxBackoff: number;
  maxDoublings: number;
}

/** Which part of an App Engine application answers. The stand-in shows it; it has but one application to send to. */
export interface Routing {
  service?: string;
  version?: string;
  instance?: string;
}

export interface QueueSettings {
  rateLimits: RateLimits;
  retryConfig: RetryConfig;
  routing?: Routing | undefined;
  /** Share of operations that are logged, 0..1: kept and shown only. */
  samplingRatio?: number | undefined;
}

/** A queue of queue.yaml, under its short name. */
export interface QueueConfig extends QueueSettings {
  name: string;
}

/** What Cloud Tasks picks for a queue that is created by API and says nothing. */
export const API_RATE_LIMITS: RateLimits = {
  maxDispatchesPerSecond: 500,
  maxBurstSize: 100,
  maxConcurrentDispatches: 1000,
};

export const API_RETRY_CONFIG: RetryConfig = {
  maxAttempts: 100,
  maxRetryDuration: 0,
  minBackoff: 0.1,
  maxBackoff: 3600,
  maxDoublings: 16,
};

/** The bucket that Cloud Tasks picks for a rate: 100 for the highest; less for lower ones, how much less is not documented. */
export const burstFor = (rate: number) => Math.min(Math.max(Math.ceil(rate / 5), 10), 100);
