import { sweepErasedIdentities } from '../features/accounts/sweep-erased-identities.cron.ts';
import { sweepInvitations } from '../features/accounts/sweep-invitations.cron.ts';
import { sweepSessions } from '../features/accounts/sweep-sessions.cron.ts';
import { trimActivity } from '../features/activity/trim-activity.job.ts';
import { chooseCover } from '../features/albums/choose-cover.job.ts';
import { emptyAlbum } from '../features/albums/empty-album.job.ts';
import { copyPhoto } from '../features/albums/members/copy-photo.job.ts';
import { dropMember } from '../features/albums/members/drop-member.job.ts';
import { tellMembers } from '../features/albums/members/tell-members.job.ts';
import { tellOwner } from '../features/albums/members/tell-owner.job.ts';
import { auditUser } from '../features/audit/audit-user.job.ts';
import { auditAll } from '../features/audit/audit.cron.ts';
import { sumAllStorage } from '../features/audit/sum-storage.cron.ts';
import { sumStorageOn } from '../features/audit/sum-storage.job.ts';
import { sweepOrphans } from '../features/audit/sweep-orphans.cron.ts';
import { forgetTombstones } from '../features/changes/forget-tombstones.job.ts';
import { sweepTombstones } from '../features/changes/sweep-tombstones.cron.ts';
import type { Core } from './core.ts';
import { sweepCourse } from '../features/course/sweep-course.cron.ts';
import { sendPosts } from '../features/mail-summaries/send-posts.job.ts';
import { sendSummary } from '../features/mail-summaries/send-summary.job.ts';
import { bindCron, type BoundCron } from '../background/define-cron.ts';
import { bindJob, type BoundJob } from '../background/define-job.ts';
import type { BackgroundHandlers } from '../background/routes.ts';
import { continueFanOut } from '../background/fan-out.job.ts';
import { eraseAccountData } from '../features/account-deletion/erase-account.job.ts';
import { sweepOutbox } from '../background/sweep-outbox.cron.ts';
import { sweepIdempotencyRecords } from '../background/sweep-idempotency-records.cron.ts';
import { makePhotoVariants } from '../features/photos/make-variants.job.ts';
import { startRemaking } from '../features/photos/remake-variants.cron.ts';
import { remakeVariants } from '../features/photos/remake-variants.job.ts';
import { makeAllTiles } from '../features/timeline/make-tiles.cron.ts';
import { makeTiles } from '../features/timeline/make-tiles.job.ts';
import { verifyAllDays } from '../features/timeline/verify-days.cron.ts';
import { verifyDays } from '../features/timeline/verify-days.job.ts';
import { indexAllWords } from '../features/search/index-words.cron.ts';
import { indexWords } from '../features/search/index-words.job.ts';
import { chooseCovers } from '../features/places/choose-covers.job.ts';
import { findPlaces } from '../features/places/find-places.job.ts';
import { namePlacesOfAll } from '../features/places/name-all-places.cron.ts';
import { nameAllPlaces } from '../features/places/name-all-places.job.ts';
import { addViews } from '../features/shares/add-views.job.ts';
import { emptyTrash } from '../features/trash/empty-trash.job.ts';
import { eraseObjects } from '../features/trash/erase-objects.job.ts';
import { purgeTrash } from '../features/trash/purge-trash.cron.ts';
import { endDirectGrants } from '../features/upload-grants/end-direct-grants.job.ts';
import { findDirectUploads } from '../features/upload-grants/find-direct-uploads.cron.ts';
import { finishDirectUpload } from '../features/upload-grants/finish-direct-upload.job.ts';
import { sweepUploads } from '../features/uploads/sweep-uploads.cron.ts';

/** Binds every job and cron handler to the parts of the service. */
export const createBackgroundHandlers = (core: Core): BackgroundHandlers => ({
  jobs: createJobs(core),
  cronJobs: createCronJobs(core),
});

/** Handlers of tasks. Their queues, attempts and time limits are in background/table.ts. */
const createJobs = (core: Core): BoundJob[] => [
  bindJob(makePhotoVariants, core),
  bindJob(eraseObjects, core),
  bindJob(emptyTrash, core),
  bindJob(verifyDays, core),
  bindJob(makeTiles, core),
  bindJob(indexWords, core),
  bindJob(eraseAccountData, core),
  bindJob(forgetTombstones, core),
  bindJob(remakeVariants, core),
  bindJob(sendSummary, core),
  bindJob(sendPosts, core),
  bindJob(trimActivity, core),
  bindJob(auditUser, core),
  bindJob(finishDirectUpload, core),
  bindJob(endDirectGrants, core),
  bindJob(continueFanOut, core),
  bindJob(sumStorageOn, core),
  bindJob(chooseCover, core),
  bindJob(emptyAlbum, core),
  bindJob(addViews, core),
  bindJob(findPlaces, core),
  bindJob(nameAllPlaces, core),
  bindJob(chooseCovers, core),
  bindJob(tellMembers, core),
  bindJob(tellOwner, core),
  bindJob(dropMember, core),
  bindJob(copyPhoto, core),
];

/** Handlers of cron runs. Their times are in cron.yaml. */
const createCronJobs = (core: Core): BoundCron[] => [
  bindCron(sweepOutbox, core),
  bindCron(findDirectUploads, core),
  bindCron(sweepUploads, core),
  bindCron(startRemaking, core),
  bindCron(sweepIdempotencyRecords, core),
  bindCron(verifyAllDays, core),
  bindCron(makeAllTiles, core),
  bindCron(indexAllWords, core),
  bindCron(sweepTombstones, core),
  bindCron(sweepSessions, core),
  bindCron(sweepErasedIdentities, core),
  bindCron(sweepInvitations, core),
  bindCron(sweepCourse, core),
  bindCron(purgeTrash, core),
  bindCron(sweepOrphans, core),
  bindCron(auditAll, core),
  bindCron(sumAllStorage, core),
  bindCron(namePlacesOfAll, core),
];
