import type { Request } from 'express';
import { z } from 'zod';
import { AppError } from '../http/errors.ts';
import { defineRoute, type Route } from '../http/route.ts';
import type { Log } from '../log.ts';
import type { BoundCron } from './define-cron.ts';
import { attemptOf, type BoundJob } from './define-job.ts';
import { DEFERRED_PATH, type DeferredCalls } from './deferred.ts';

export interface JobRoutesDeps {
  jobs: BoundJob[];
  cronJobs: BoundCron[];
  deferred: DeferredCalls;
  log: Log;
}

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
      return { status: 200, text: await runJob(log, job, body, request) };
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

async function runJob(log: Log, job: BoundJob, payload: unknown, request: Request): Promise<string> {
  const { name } = job;
  const attempt = attemptOf(name, request.get('X-AppEngine-TaskRetryCount'));
  try {
    const outcome = await job.run(payload, attempt);
    log.info({ job: name, ...attempt, outcome }, `Job ${name}: ${outcome}`);
    return outcome;
  } catch (error) {
    if (!attempt.last) throw error;
    // Another failure would delete the task without a trace.
    log.error({ err: error, job: name, payload, ...attempt }, `Job ${name} is given up after its last try.`);
    return 'given up';
  }
}
