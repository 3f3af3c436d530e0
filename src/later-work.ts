import { sweepErasedIdentities } from './accounts/sweep-erased-identities.cron.ts';
import { sweepInvitations } from './accounts/sweep-invitations.cron.ts';
import { sweepSessions } from './accounts/sweep-sessions.cron.ts';
import { trimActivity } from './activity/trim-activity.job.ts';
import { auditUser } from './audit/audit-user.job.ts';
import { auditAll } from './audit/audit.cron.ts';
import { sumAllStorage } from './audit/sum-storage.cron.ts';
import { sumStorageOn } from './audit/sum-storage.job.ts';
import { sweepLeftovers } from './audit/sweep-leftovers.cron.ts';
import { forgetTombstones } from './changes/forget-tombstones.job.ts';
import { sweepTombstones } from './changes/sweep-tombstones.cron.ts';
import type { Core } from './core.ts';
import { sweepCourse } from './course/sweep-course.cron.ts';
import { sendPosts } from './digest/send-posts.job.ts';
import { sendSummary } from './digest/send-summary.job.ts';
import { bindCron, type BoundCron } from './jobs/define-cron.ts';
import { bindJob, type BoundJob } from './jobs/define-job.ts';
import type { LaterWork } from './jobs/routes.ts';
import { walkUsersOn } from './jobs/walk-users.job.ts';
import { eraseAccount } from './leaving/erase-account.job.ts';
import { sweepOutbox } from './library/sweep-outbox.cron.ts';
import { sweepReceipts } from './library/sweep-receipts.cron.ts';
import { makeVariants } from './photos/make-variants.job.ts';
import { startRemaking } from './photos/remake-variants.cron.ts';
import { remakeVariants } from './photos/remake-variants.job.ts';
import { proveAllDays } from './timeline/prove-days.cron.ts';
import { proveDays } from './timeline/prove-days.job.ts';
import { emptyTrash } from './trash/empty-trash.job.ts';
import { eraseObjects } from './trash/erase-objects.job.ts';
import { purgeTrash } from './trash/purge-trash.cron.ts';
import { sweepUploads } from './uploads/sweep-uploads.cron.ts';

/** All that is done later. It is loaded when the first task or cron run comes, which no reply waits for. */
export const createLaterWork = (core: Core): LaterWork => ({ jobs: createJobs(core), cronJobs: createCronJobs(core) });

/** What tasks ask for; queues, tries and time limits are in jobs/table.ts. */
const createJobs = (core: Core): BoundJob[] => [
  bindJob(makeVariants, core),
  bindJob(eraseObjects, core),
  bindJob(emptyTrash, core),
  bindJob(proveDays, core),
  bindJob(eraseAccount, core),
  bindJob(forgetTombstones, core),
  bindJob(remakeVariants, core),
  bindJob(sendSummary, core),
  bindJob(sendPosts, core),
  bindJob(trimActivity, core),
  bindJob(auditUser, core),
  bindJob(walkUsersOn, core),
  bindJob(sumStorageOn, core),
];

/** What cron asks for; times are in cron.yaml. */
const createCronJobs = (core: Core): BoundCron[] => [
  bindCron(sweepOutbox, core),
  bindCron(sweepUploads, core),
  bindCron(startRemaking, core),
  bindCron(sweepReceipts, core),
  bindCron(proveAllDays, core),
  bindCron(sweepTombstones, core),
  bindCron(sweepSessions, core),
  bindCron(sweepErasedIdentities, core),
  bindCron(sweepInvitations, core),
  bindCron(sweepCourse, core),
  bindCron(purgeTrash, core),
  bindCron(sweepLeftovers, core),
  bindCron(auditAll, core),
  bindCron(sumAllStorage, core),
];
