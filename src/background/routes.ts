import { z } from 'zod';
import { AppError } from '../runtime/errors.ts';
import { defineRoute, type Route } from '../http/route.ts';
import type { Log } from '../runtime/log.ts';
import type { BoundCron } from './define-cron.ts';
import type { BoundJob } from './define-job.ts';
import { deferredRoute, type DeferredRouteDeps } from './deferred-route.ts';
import { DEFERRED_PATH } from './deferred.ts';

interface JobRoutesDeps extends DeferredRouteDeps {
  /** Loaded with the first task or cron run. */
  backgroundHandlers(): Promise<BackgroundHandlers>;
  log: Log;
}

export interface BackgroundHandlers {
  jobs: BoundJob[];
  cronJobs: BoundCron[];
}

/** Endpoints called by Cloud Tasks and cron. A run that throws becomes 500, which asks for another attempt (never 503). */
export const jobRoutes = (deps: JobRoutesDeps): Route[] => [
  taskRoute(deps),
  deferredRoute(deps, { path: DEFERRED_PATH }),
  cronRoute(deps),
];

const taskRoute = ({ backgroundHandlers, runTask }: JobRoutesDeps): Route =>
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
      const { jobs } = await backgroundHandlers();
      const job = jobs.find(({ name }) => name === params.job);
      if (!job) throw new AppError('not-found', `There is no job ${params.job}.`);
      return runTask(request, { what: job.name, run: (attempt) => job.run(body, attempt) });
    },
  });

const cronRoute = ({ backgroundHandlers, log }: JobRoutesDeps): Route =>
  defineRoute({
    method: 'get',
    path: '/cron/:job',
    summary: 'Runs one scheduled job.',
    access: 'platform',
    documented: false,
    params: z.object({ job: z.string() }),
    replies: { 200: 'text/plain' },
    async handle({ params }) {
      const { cronJobs } = await backgroundHandlers();
      const job = cronJobs.find(({ name }) => name === params.job);
      if (!job) throw new AppError('not-found', `There is no scheduled job ${params.job}.`);
      const outcome = await job.run();
      log.info({ cron: job.name, outcome }, `Cron ${job.name}: ${outcome}`);
      return { status: 200, text: outcome };
    },
  });
