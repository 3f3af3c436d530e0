import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { defineRoute, type Access, type Route } from '../http/route.ts';
import { attemptOf } from '../jobs/attempt.ts';
import { bindJob } from '../jobs/define-job.ts';
import { walkUsers, type WalkDeps } from '../jobs/walk-users.job.ts';
import { latestFull, type Period } from './period.ts';
import { sendPost } from './send-post.job.ts';
import type { SummaryDeps } from './send-summary.job.ts';

export interface DigestDeps extends SummaryDeps, WalkDeps {
  clock: Clock;
}

/** The course routes about mail. `open` lets everybody call them, to try them by hand. */
export const digestRoutes = (deps: DigestDeps, { open }: { open: boolean }): Route[] => {
  const access: Access = open ? 'public' : 'platform';
  return [
    summaries(deps, access, '/mail/weekly', 'week'),
    summaries(deps, access, '/tasks/summary', 'day'),
    summaries(deps, access, '/tasks/summary_email/', 'day'),
    postMail(deps, access),
  ];
};

/** Finds who may get the summary of the latest full day or week, and leaves the rest to tasks. */
const summaries = (deps: DigestDeps, access: Access, path: string, period: Period): Route =>
  defineRoute({
    method: 'get',
    path,
    summary: `Asks for every user's summary of the last ${period}.`,
    access,
    documented: false,
    replies: { 200: 'text/plain' },
    async handle() {
      const key = latestFull(period, deps.clock.now());
      const found = await walkUsers(deps, { job: 'send-summary', run: `${period}-${key}`, payload: { period, key } });
      return { status: 200, text: `Asked for ${found} summaries of ${key}.` };
    },
  });

const postMail = (deps: DigestDeps, access: Access): Route => {
  const job = bindJob(sendPost, deps);
  return defineRoute({
    method: 'post',
    path: '/email_task/',
    summary: 'Mails a user about one photo: `{user, photo}`.',
    access,
    documented: false,
    body: z.unknown(),
    replies: { 200: 'text/plain' },
    async handle({ body, request }) {
      return { status: 200, text: await job.run(body, attemptOf(request)) };
    },
  });
};
