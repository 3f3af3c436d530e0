import { CloudError } from '../cloud-error.ts';
import type { QueueMessage } from './queue-message.ts';

/** Fields that UpdateQueue may name, and the parts of them that it may name alone. */
const FIELDS: Record<string, string[]> = {
  rateLimits: ['maxDispatchesPerSecond', 'maxConcurrentDispatches', 'maxBurstSize'],
  retryConfig: ['maxAttempts', 'maxRetryDuration', 'minBackoff', 'maxBackoff', 'maxDoublings'],
  appEngineRoutingOverride: ['service', 'version', 'instance'],
  stackdriverLoggingConfig: ['samplingRatio'],
  // Output only: what is said of these is ignored (cloudtasks.proto).
  name: [],
  state: [],
  purgeTime: [],
};

type Parts = Record<string, unknown>;

/** `before` with the fields of `paths` taken from `changes`; without paths all of them. A strange path is INVALID_ARGUMENT. */
export function applyMask(before: QueueMessage, changes: QueueMessage, paths: string[]): QueueMessage {
  if (paths.length === 0) return changes;
  const result = structuredClone(before) as Record<string, Parts | undefined>;
  const given = changes as Record<string, Parts | undefined>;
  for (const path of paths) {
    const [field, part] = split(path);
    if (part === undefined) result[field] = given[field];
    else result[field] = { ...result[field], [part]: given[field]?.[part] };
  }
  return result;
}

function split(path: string): [field: string, part: string | undefined] {
  const [field = '', part, ...rest] = path.split('.').map(camelCase);
  const parts = FIELDS[field];
  if (parts && rest.length === 0 && (part === undefined || parts.includes(part))) return [field, part];
  throw new CloudError('INVALID_ARGUMENT', `Queue has no field "${path}" to update.`);
}

const camelCase = (name: string) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
