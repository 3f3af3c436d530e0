import { readFileSync } from 'node:fs';
import { readCronYaml, type CronJob } from './cron-yaml.ts';
import { nextRun } from './next-run.ts';
import { timeZone } from '../../time-zone.ts';

/** How many coming runs of each job are shown. */
const RUNS = 5;

/** The coming runs of each job as text, in the job's own time zone. */
export function describeJobs(jobs: CronJob[], now: number): string {
  if (jobs.length === 0) return 'No jobs.';
  return jobs.map((job) => [...headOf(job), ...comingRuns(job, now)].join('\n')).join('\n\n');
}

function headOf({ url, schedule, timezone, description, target, retry }: CronJob): string[] {
  const repeated = retry && `repeated up to ${retry.limit} times when it fails`;
  const facts = [`${schedule} (${timezone})`, target && `target ${target}`, repeated].filter(Boolean).join(', ');
  return [url, ...(description ? [`  ${description}`] : []), `  ${facts}`];
}

function comingRuns({ parsed, timezone }: CronJob, now: number): string[] {
  const zone = timeZone(timezone);
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: timezone,
    dateStyle: 'full',
    timeStyle: 'long',
  });
  const runs: number[] = [];
  while (runs.length < RUNS) runs.push(nextRun(parsed, zone, runs.at(-1) ?? now));
  // A plain interval counts from the end of a run, which nobody knows yet.
  const about = parsed.kind === 'interval' ? 'about ' : '';
  return runs.map((run) => `    ${about}${format.format(run)}`);
}

if (import.meta.main) {
  const [file = 'cron.yaml'] = process.argv.slice(2);
  try {
    console.log(describeJobs(readCronYaml(readFileSync(file, 'utf8')), Date.now()));
  } catch (cause) {
    console.error(cause instanceof Error ? cause.message : cause);
    process.exitCode = 1;
  }
}
