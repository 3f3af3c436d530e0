import { z } from 'zod';
import { AppError } from '../http/errors.ts';
import { defineRoute, type Route } from '../http/route.ts';
import type { Log } from '../log.ts';
import type { BoundJob } from './define-job.ts';
import { DEFERRED_PATH, type DeferredCalls } from './deferred.ts';

/** Work that cron starts: finds what is to do and enqueues it, or does one bounded piece. */
export interface CronJob {
  /** The last part of `/cron/{name}`. */
  name: string;
  run(): Promise<string>;
}

export interface JobRoutesDeps {
  jobs: BoundJob[];
  cronJobs: CronJob[];
  deferred: DeferredCalls;
  log: Log;
}

/** How many retries a task has behind it, by the header that only the platform can set. */
const retriesOf = (header: string | undefined) => Number(header ?? 0) || 0;

/** Where Cloud Tasks and cron knock. A run that throws becomes 500, which asks for another try (never 503). */
export const jobRoutes = ({ jobs, cronJobs, deferred, log }: JobRoutesDeps): Route[] => [
  defineRoute({
    method: 'post',
    path: '/tasks/:job',
    summary: 'Runs one job for Cloud Tasks.',
    access: 'platform',
    documented: false,
    params: z.object({ job: z.string() }),
    body: z.unknown(),
    replies: { 200: 'text/plain' },
    async handle({ params, body, request }) {
      const job = jobs.find(({ name }) => name === params.job);
      if (!job) throw new AppError('not-found', `There is no job ${params.job}.`);
      const retries = retriesOf(request.get('X-AppEngine-TaskRetryCount'));
      const outcome = await job.run(body, { retries, last: retries + 1 >= job.attempts });
      log.info({ job: job.name, retries, outcome }, `Job ${job.name}: ${outcome}`);
      return { status: 200, text: outcome };
    },
  }),
  defineRoute({
    method: 'post',
    path: DEFERRED_PATH,
    summary: 'Runs one deferred call for Cloud Tasks.',
    access: 'platform',
    documented: false,
    body: z.unknown(),
    replies: { 200: 'text/plain' },
    async handle({ body }) {
      const outcome = await deferred.run(body);
      log.info({ outcome }, `Deferred call: ${outcome}`);
      return { status: 200, text: outcome };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/cron/:job',
    summary: 'Runs one scheduled job.',
    access: 'platform',
    documented: false,
    params: z.object({ job: z.string() }),
    replies: { 200: 'text/plain' },
    async handle({ params }) {
      const job = cronJobs.find(({ name }) => name === params.job);
      if (!job) throw new AppError('not-found', `There is no scheduled job ${params.job}.`);
      const outcome = await job.run();
      log.info({ job: job.name, outcome }, `Scheduled job ${job.name}: ${outcome}`);
      return { status: 200, text: outcome };
    },
  }),
];
