import { readFileSync } from 'node:fs';
import { reasonOf } from '../cloud-error.ts';
import { readCronYaml, type CronJob } from './cron-yaml.ts';
import { nextRun } from './next-run.ts';
import { timeZone } from '../../runtime/time-zone.ts';

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
  // A plain interval counts from the end of a run, which is not known yet.
  const about = parsed.kind === 'interval' ? 'about ' : '';
  return runs.map((run) => `    ${about}${format.format(run)}`);
}

const USAGE = `npm run cron-info -- [FILE]

Prints each job of a cron.yaml with its next ${RUNS} runs, in the job's own time zone.
FILE is cron.yaml of this folder unless given.
`;

const OTHER_WORDS: Record<string, string> = { ENOENT: 'there is no such file', EISDIR: 'it is a folder' };

if (import.meta.main) {
  try {
    console.log(run(process.argv.slice(2)).trimEnd());
  } catch (cause) {
    console.error(reasonOf(cause));
    process.exitCode = 1;
  }
}

function run(args: string[]): string {
  const options = args.filter((arg) => arg.startsWith('-'));
  const wrong = options.find((option) => option !== '--help' && option !== '-h');
  const see = '`npm run cron-info -- --help` shows what there is.';
  if (wrong !== undefined) throw new Error(`There is no option ${wrong}. ${see}`);
  if (options.length > 0) return USAGE;
  if (args.length > 1) throw new Error(`cron-info takes one file, not ${args.length}. ${see}`);
  return describeJobs(readCronYaml(readText(args[0] ?? 'cron.yaml')), Date.now());
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? '';
    throw new Error(`${file} cannot be read: ${OTHER_WORDS[code] ?? reasonOf(cause)}.`, { cause });
  }
}
