import { z } from 'zod';
import type { Clock } from '../../runtime/clock.ts';
import { isFromPlatform } from '../../http/platform.ts';
import { parseInput } from '../../http/input/read-input.ts';
import { defineRoute, type Access, type Route } from '../../http/route.ts';
import { attemptOf } from '../../background/attempt.ts';
import { bindJob } from '../../background/define-job.ts';
import { fanOutToUsers, type FanOutDeps } from '../../background/fan-out.job.ts';
import type { SummaryPeriod } from './period.ts';
import type { PhotoMailDeps } from './send-photo-mail.ts';
import { sendPosts } from './send-posts.job.ts';

export interface MailSummaryDeps extends PhotoMailDeps, FanOutDeps {
  clock: Clock;
}

/** The course routes about mail. With `open` everyone may call them, to try them by hand. */
export const mailSummaryRoutes = (deps: MailSummaryDeps, { open }: { open: boolean }): Route[] => {
  const access: Access = open ? 'public' : 'platform';
  return [
    summaries(deps, access, '/mail/weekly', 'week'),
    summaries(deps, access, '/tasks/summary', 'day'),
    summaries(deps, access, '/tasks/summary_email/', 'day'),
    postMail(deps, access),
  ];
};

/**
 * Enqueues a task for each user who wants summaries. The task decides which are due. Within an hour it does so once.
 */
const summaries = (deps: MailSummaryDeps, access: Access, path: string, period: SummaryPeriod): Route =>
  defineRoute({
    method: 'get',
    path,
    summary: `Enqueues the summaries of a ${period} that are due.`,
    access,
    documented: false,
    replies: { 200: 'text/plain' },
    async handle() {
      const hour = new Date(deps.clock.now()).toISOString().slice(0, 13);
      const fanOut = {
        job: 'send-summary',
        run: `${period} at ${hour}`,
        payload: { period },
        among: 'summaryKey',
      } as const;
      const found = await fanOutToUsers(deps, fanOut);
      return { status: 200, text: `Enqueued a task for each of ${found} users who want summaries.` };
    },
  });

const postMail = (deps: MailSummaryDeps, access: Access): Route => {
  const job = bindJob(sendPosts, deps);
  return defineRoute({
    method: 'post',
    path: '/email_task/',
    summary: 'Mails a user about one photo: `{user, photo}`.',
    access,
    documented: false,
    body: z.unknown(),
    replies: { 200: 'text/plain' },
    async handle({ body, request }) {
      // A caller by hand gets the faults of the payload. For a task the job itself ends with the reason.
      if (!isFromPlatform(request)) parseInput(sendPosts.payload, body);
      return { status: 200, text: await job.run(body, attemptOf(request)) };
    },
  });
};
