import { CloudError } from '../cloud-error.ts';
import { fromDuration, toDuration, toTimestamp, type Duration, type Timestamp } from './instants.ts';
import {
  API_RATE_LIMITS,
  API_RETRY_CONFIG,
  burstFor,
  type QueueSettings,
  type RateLimits,
  type RetryConfig,
  type Routing,
} from './queue-settings.ts';
import type { Queue, QueueState } from './queue-store.ts';

/** google.cloud.tasks.v2.Queue on the wire. Protobuf does not distinguish zero from absent. */
export interface QueueMessage {
  name?: string;
  rateLimits?: Partial<RateLimits>;
  retryConfig?: {
    maxAttempts?: number;
    maxRetryDuration?: Duration;
    minBackoff?: Duration;
    maxBackoff?: Duration;
    maxDoublings?: number;
  };
  appEngineRoutingOverride?: Routing | undefined;
  stackdriverLoggingConfig?: { samplingRatio?: number } | undefined;
  state?: QueueState;
  purgeTime?: Timestamp | undefined;
}

/** Maxima of queue.proto. */
const MAX_RATE = 500;
const MAX_CONCURRENT = 5_000;

export function presentQueue(queue: Queue): QueueMessage {
  const { name, state, rateLimits, retryConfig, routing, samplingRatio, purgedAt } = queue;
  return {
    name,
    state,
    rateLimits,
    retryConfig: {
      maxAttempts: retryConfig.maxAttempts,
      maxRetryDuration: toDuration(retryConfig.maxRetryDuration),
      minBackoff: toDuration(retryConfig.minBackoff),
      maxBackoff: toDuration(retryConfig.maxBackoff),
      maxDoublings: retryConfig.maxDoublings,
    },
    appEngineRoutingOverride: routing,
    stackdriverLoggingConfig: samplingRatio === undefined ? undefined : { samplingRatio },
    purgeTime: purgedAt === undefined ? undefined : toTimestamp(purgedAt),
  };
}

/**
 * Reads what a caller may set; the rest gets the API's defaults.
 * @throws CloudError INVALID_ARGUMENT beyond the limits of queue.proto
 */
export function readSettings(message: QueueMessage): QueueSettings {
  const { appEngineRoutingOverride: routing, stackdriverLoggingConfig: logging } = message;
  const samplingRatio = logging?.samplingRatio;
  check('stackdriver_logging_config.sampling_ratio', samplingRatio ?? 0, 0, 1);
  return {
    rateLimits: readRateLimits(message.rateLimits ?? {}),
    retryConfig: readRetryConfig(message.retryConfig ?? {}),
    routing,
    samplingRatio,
  };
}

function readRateLimits({ maxDispatchesPerSecond, maxConcurrentDispatches }: Partial<RateLimits>): RateLimits {
  const rate = maxDispatchesPerSecond || API_RATE_LIMITS.maxDispatchesPerSecond;
  const concurrent = maxConcurrentDispatches || API_RATE_LIMITS.maxConcurrentDispatches;
  check('rate_limits.max_dispatches_per_second', rate, 0, MAX_RATE);
  check('rate_limits.max_concurrent_dispatches', concurrent, 1, MAX_CONCURRENT);
  // The burst is output only: the service picks it whenever a queue is created or updated by API.
  return { maxDispatchesPerSecond: rate, maxBurstSize: burstFor(rate), maxConcurrentDispatches: concurrent };
}

function readRetryConfig(message: NonNullable<QueueMessage['retryConfig']>): RetryConfig {
  const config = {
    maxAttempts: message.maxAttempts || API_RETRY_CONFIG.maxAttempts,
    maxRetryDuration: seconds(message.maxRetryDuration) || API_RETRY_CONFIG.maxRetryDuration,
    minBackoff: seconds(message.minBackoff) || API_RETRY_CONFIG.minBackoff,
    maxBackoff: seconds(message.maxBackoff) || API_RETRY_CONFIG.maxBackoff,
    maxDoublings: message.maxDoublings ?? API_RETRY_CONFIG.maxDoublings,
  };
  check('retry_config.max_attempts', config.maxAttempts, -1, Infinity);
  check('retry_config.max_retry_duration', config.maxRetryDuration, 0, Infinity);
  check('retry_config.min_backoff', config.minBackoff, 0, config.maxBackoff);
  check('retry_config.max_doublings', config.maxDoublings, 0, Infinity);
  return config;
}

/** Truncated to whole seconds (queue.proto). */
const seconds = (span: Duration | undefined) => (span ? Math.trunc(fromDuration(span)) : 0);

function check(field: string, value: number, least: number, most: number): void {
  if (value >= least && value <= most) return;
  throw new CloudError('INVALID_ARGUMENT', `Queue.${field} must be from ${least} to ${most}, not ${value}.`);
}
