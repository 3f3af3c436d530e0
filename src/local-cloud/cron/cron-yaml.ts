import { parse } from 'yaml';
import { z } from 'zod';
import { nearestSchedule } from './nearest-schedule.ts';
import { parseSchedule } from './parse-schedule.ts';
import type { Schedule } from './schedule.ts';
import { timeZone } from '../../runtime/time-zone.ts';

/** How a failed run is repeated. Spans are in seconds. */
export interface CronRetry {
  /** Repetitions, 0..5. */
  limit: number;
  /** Since the first attempt. With both limits a job is exhausted when both are reached. */
  ageLimit: number | undefined;
  minBackoff: number;
  maxBackoff: number;
  maxDoublings: number;
}

/** One job of cron.yaml. */
export interface CronJob {
  url: string;
  /** As it is written there. */
  schedule: string;
  parsed: Schedule;
  /** A name of the zoneinfo database. */
  timezone: string;
  description: string | undefined;
  /** The service that should answer; shown only, for the stand-in has one application. */
  target: string | undefined;
  /** Undefined: a failed run is not repeated. */
  retry: CronRetry | undefined;
}

/**
 * Reads the jobs of a cron.yaml; an empty `cron:` has none.
 * @throws Error that names all faults, each with its job's url
 */
export function readCronYaml(text: string): CronJob[] {
  const file = parseYaml(text);
  const parsed = File.safeParse(file);
  if (parsed.success) return parsed.data.cron ?? [];
  const faults = parsed.error.issues.map((issue) => describe(issue, file));
  throw new Error(`cron.yaml is not valid:\n${faults.join('\n')}`);
}

const SECONDS_IN = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;

const Age = z
  .string()
  .regex(/^\d+(\.\d+)?[smhd]$/, 'is a number with a unit (s, m, h, d) such as 2h')
  .transform((text) => Number.parseFloat(text) * SECONDS_IN[text.at(-1) as keyof typeof SECONDS_IN]);

/** Defaults of Cloud Scheduler, which runs App Engine's cron today. */
const RetryParameters = z
  .strictObject({
    job_retry_limit: z.int().min(0).max(5).default(5),
    job_age_limit: Age.optional(),
    min_backoff_seconds: z.number().min(0).default(5),
    max_backoff_seconds: z.number().min(0).default(3_600),
    max_doublings: z.int().min(0).default(5),
  })
  .transform((given) => ({
    limit: given.job_retry_limit,
    ageLimit: given.job_age_limit,
    minBackoff: given.min_backoff_seconds,
    maxBackoff: given.max_backoff_seconds,
    maxDoublings: given.max_doublings,
  }));

const ScheduleText = z.string('is needed').transform((text, context): { schedule: string; parsed: Schedule } => {
  try {
    return { schedule: text, parsed: parseSchedule(text) };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    context.addIssue({ code: 'custom', message: `"${text}": ${reason}. Try "${nearestSchedule(text)}".` });
    return z.NEVER;
  }
});

const Job = z
  .strictObject({
    url: z.string('is needed').startsWith('/', 'begins with "/"'),
    schedule: ScheduleText,
    timezone: z.string().refine(isZone, 'is not a name of the zoneinfo database').default('UTC'),
    description: z.string().optional(),
    target: z.string().optional(),
    retry_parameters: RetryParameters.optional(),
  })
  .transform(({ schedule, retry_parameters: retry, description, target, ...job }): CronJob => ({
    ...job,
    ...schedule,
    description,
    target,
    retry,
  }));

/** Jobs a project may have (quotas of App Engine). */
const MOST_JOBS = 250;
const File = z.strictObject({ cron: z.array(Job).max(MOST_JOBS, `has ${MOST_JOBS} jobs at most`).nullish() });

/** An empty file has no entries. */
function parseYaml(text: string): unknown {
  try {
    return parse(text) ?? {};
  } catch (cause) {
    throw new Error(`cron.yaml is not YAML: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

function describe({ path, message }: z.core.$ZodIssue, file: unknown): string {
  const [, index, ...field] = path;
  if (typeof index !== 'number') return `- ${path.join('.') || 'the file'}: ${message}`;
  const { url = `job ${index + 1}` } = (file as { cron: { url?: string }[] }).cron[index] ?? {};
  return `- ${[url, ...field].join(' ')}: ${message}`;
}

function isZone(name: string): boolean {
  try {
    timeZone(name);
    return true;
  } catch {
    return false;
  }
}
