import { toDuration, toTimestamp } from './instants.ts';
import type { Queue } from './queue-store.ts';

/** google.cloud.tasks.v2.Queue. */
export function presentQueue({
  name,
  state,
  rateLimits,
  retryConfig,
  routing,
  samplingRatio,
  purgedAt,
}: Queue): object {
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
    ...(routing ? { appEngineRoutingOverride: routing } : {}),
    ...(samplingRatio === undefined ? {} : { stackdriverLoggingConfig: { samplingRatio } }),
    ...(purgedAt === undefined ? {} : { purgeTime: toTimestamp(purgedAt) }),
  };
}
