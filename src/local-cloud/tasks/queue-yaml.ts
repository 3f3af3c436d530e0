import { parse } from 'yaml';
import { z } from 'zod';
import type { QueueConfig } from './queue-settings.ts';

/**
 * The queues of a queue.yaml, `default` among them in any case. All faults are named in one error.
 * Fields and defaults: App Engine's reference of queue.yaml.
 */
export function readQueueYaml(text: string): QueueConfig[] {
  const parsed = File.safeParse(parseYaml(text));
  const faults = parsed.success ? twice(parsed.data.queue ?? []) : parsed.error.issues.map(describe);
  if (!parsed.success || faults.length > 0) throw new Error(`queue.yaml is not valid:\n${faults.join('\n')}`);
  const entries = parsed.data.queue ?? [];
  const named = entries.some(({ name }) => name === 'default');
  return (named ? entries : [Entry.parse(DEFAULT), ...entries]).map(toConfig);
}

const SECONDS_IN = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;
type Unit = keyof typeof SECONDS_IN;

/** Dispatches a second, from `0` or number/unit. */
const Rate = z.union([z.literal(0), z.string()], 'is 0 or number/unit such as 5/s').transform((text, context) => {
  if (text === 0 || text === '0') return 0;
  const [, count, unit] = /^(\d+(?:\.\d+)?)\/([smhd])$/.exec(text) ?? [];
  const rate = Number(count) / SECONDS_IN[unit as Unit];
  if (rate <= 500) return rate;
  const reason = unit ? 'is more than 500/s' : 'is 0 or number/unit (s, m, h, d) such as 5/s';
  context.addIssue({ code: 'custom', message: reason });
  return z.NEVER;
});

/** Seconds, from number and unit. */
const Age = z.string('is a number with a unit (s, m, h, d) such as 2d').transform((text, context) => {
  const [, count, unit] = /^(\d+(?:\.\d+)?)([smhd])$/.exec(text) ?? [];
  const seconds = Number(count) * SECONDS_IN[unit as Unit];
  if (seconds > 0) return seconds;
  context.addIssue({ code: 'custom', message: 'is a number above 0 with a unit (s, m, h, d) such as 2d' });
  return z.NEVER;
});

const RetryParameters = z.strictObject({
  task_retry_limit: z.int().min(0).optional(),
  task_age_limit: Age.optional(),
  min_backoff_seconds: z.number().positive().default(0.1),
  max_backoff_seconds: z.number().positive().default(3_600),
  max_doublings: z.int().min(0).default(16),
});

const Entry = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9-]{1,100}$/, 'has letters, digits and hyphens only, 100 at most'),
  mode: z.literal('push', 'is push: pull queues are not Cloud Tasks').default('push'),
  rate: Rate,
  bucket_size: z.int().min(0).max(500).default(5),
  max_concurrent_requests: z.int().min(1).max(5_000).default(1_000),
  target: z.string().optional(),
  retry_parameters: RetryParameters.prefault({}),
});

const File = z.strictObject({
  total_storage_limit: z
    .string()
    .regex(/^\d+(\.\d+)?[BKMGT]$/, 'is a number with B, K, M, G or T')
    .optional(),
  queue: z.array(Entry).nullish(),
});

/** The queue that App Engine has without being asked: 5/s, bucket 5. */
const DEFAULT: z.input<typeof Entry> = { name: 'default', rate: '5/s' };

/** An empty file has no entries. */
function parseYaml(text: string): unknown {
  try {
    return parse(text) ?? {};
  } catch (cause) {
    throw new Error(`queue.yaml is not YAML: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

const describe = ({ path, message }: z.core.$ZodIssue) => `- ${path.join('.') || 'the file'}: ${message}`;

function twice(entries: { name: string }[]): string[] {
  const repeated = entries.filter(({ name }, index) => entries.findIndex((other) => other.name === name) < index);
  return repeated.map(({ name }) => `- queue: ${name} is there twice`);
}

function toConfig({ name, target, retry_parameters: retry, ...entry }: z.infer<typeof Entry>): QueueConfig {
  return {
    name,
    rateLimits: {
      maxDispatchesPerSecond: entry.rate,
      maxBurstSize: entry.bucket_size,
      maxConcurrentDispatches: entry.max_concurrent_requests,
    },
    retryConfig: {
      maxAttempts: attemptsOf(retry),
      maxRetryDuration: retry.task_age_limit ?? 0,
      minBackoff: retry.min_backoff_seconds,
      maxBackoff: retry.max_backoff_seconds,
      maxDoublings: retry.max_doublings,
    },
    routing: target === undefined ? undefined : { service: target },
  };
}

/** The limit counts retries, so attempts are one more. With an age limit alone the limit is 1, which the first attempt reaches. */
function attemptsOf({ task_retry_limit: retries, task_age_limit: age }: z.infer<typeof RetryParameters>): number {
  if (retries !== undefined) return retries + 1;
  return age === undefined ? 100 : 1;
}
