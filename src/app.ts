import express, { type Express } from 'express';
import { activityRoutes } from './activity/routes.ts';
import { trimActivity } from './activity/trim-activity.job.ts';
import { createAccounts } from './accounts/accounts.ts';
import { forgetTombstones } from './changes/forget-tombstones.job.ts';
import { changeRoutes } from './changes/routes.ts';
import { sweepTombstones } from './changes/sweep-tombstones.cron.ts';
import { sweepSessions } from './accounts/sweep-sessions.cron.ts';
import { auditAll } from './audit/audit.cron.ts';
import { auditUser } from './audit/audit-user.job.ts';
import { auditRoutes } from './audit/routes.ts';
import { sweepLeftovers } from './audit/sweep-leftovers.cron.ts';
import type { Clients } from './clients.ts';
import type { Clock } from './clock.ts';
import type { Config } from './config.ts';
import { courseRoutes } from './course/routes.ts';
import { onlyTheCaller, whoeverIsNamed } from './course/whose.ts';
import { addressesIn } from './digest/mail-address.ts';
import { digestRoutes } from './digest/routes.ts';
import { sendPosts } from './digest/send-posts.job.ts';
import { sendSummary } from './digest/send-summary.job.ts';
import { countRequests } from './http/count-requests.ts';
import { mount } from './http/mount.ts';
import { describeApi } from './http/openapi.ts';
import { taskCreator } from './jobs/create-task.ts';
import { bindCron } from './jobs/define-cron.ts';
import { bindJob } from './jobs/define-job.ts';
import { createDeferredCalls } from './jobs/deferred.ts';
import { jobRoutes } from './jobs/routes.ts';
import { taskRunner } from './jobs/run-task.ts';
import { walkUsersOn } from './jobs/walk-users.job.ts';
import { eraseAccount } from './leaving/erase-account.job.ts';
import { leavingRoutes } from './leaving/routes.ts';
import { createLibrary } from './library/commit.ts';
import { createOutbox } from './library/outbox.ts';
import { createStore } from './library/store.ts';
import { sweepOutbox } from './library/sweep-outbox.cron.ts';
import { sweepReceipts } from './library/sweep-receipts.cron.ts';
import type { Log } from './log.ts';
import { createMailer } from './mail/mailer.ts';
import { createBlobs } from './media/blobs.ts';
import { createDecodeQueue } from './media/decode-queue.ts';
import { createDirectUploads } from './media/direct-uploads.ts';
import { createPictures } from './media/pictures.ts';
import { createRecentOriginals } from './media/recent-originals.ts';
import { createMetrics } from './metrics.ts';
import { makeVariants } from './photos/make-variants.job.ts';
import { startRemaking } from './photos/remake-variants.cron.ts';
import { remakeVariants } from './photos/remake-variants.job.ts';
import { createRenditions } from './photos/renditions.ts';
import { photoRoutes } from './photos/routes.ts';
import { countCommits, countDeliveries, watchLines } from './service/measures.ts';
import { limitsRoute } from './service/limits-route.ts';
import { metricsRoute } from './service/metrics-route.ts';
import { API_INFO, openApiRoute, serviceRoutes } from './service/routes.ts';
import type { SigningKeys } from './signing/keys.ts';
import { createKnownReplies } from './timeline/known-replies.ts';
import { proveAllDays } from './timeline/prove-days.cron.ts';
import { proveDays } from './timeline/prove-days.job.ts';
import { timelineRoutes } from './timeline/routes.ts';
import { emptyTrash } from './trash/empty-trash.job.ts';
import { eraseObjects } from './trash/erase-objects.job.ts';
import { purgeTrash } from './trash/purge-trash.cron.ts';
import { trashRoutes } from './trash/routes.ts';
import { uploadRoutes } from './uploads/routes.ts';
import { sessionDoor } from './uploads/session-door.ts';
import { sweepUploads } from './uploads/sweep-uploads.cron.ts';
import { homeRoutes } from './web/routes.ts';

/** Bytes of originals kept in memory between upload and decode. */
const RECENT_ORIGINALS = 32 * 2 ** 20;

/** Bytes of pages kept in memory for those who ask again. */
const KNOWN_REPLIES = 32 * 2 ** 20;

export interface AppDeps {
  config: Config;
  clock: Clock;
  log: Log;
  clients: Clients;
  signingKeys: SigningKeys;
  /** The stand-ins that the local profile runs on. */
  local?: { secret: string; issuer: string };
}

/** The whole product on one screen: every feature with what it needs, then their routes behind one front door. */
export function createApp(deps: AppDeps): Express {
  const { config, clock, log, clients, signingKeys, local } = deps;
  const { datastore, bucket, tasks } = clients;
  const { projectId, tasksLocation: location } = config.cloud;
  const { profile, limits } = config;

  const metrics = createMetrics();
  const createTask = taskCreator({ tasks, projectId, location });
  const outbox = createOutbox({ datastore, clock, log, createTask, count: countDeliveries(metrics) });
  const library = createLibrary({ datastore, clock, deliver: outbox.deliver, countCommit: countCommits(metrics) });
  const store = createStore(datastore);
  const blobs = createBlobs(bucket);
  const recentOriginals = createRecentOriginals(RECENT_ORIGINALS, clock);
  const decodes = createDecodeQueue();
  const pictures = createPictures({ blobs, clock });
  const renditions = createRenditions({ blobs, pictures, recentOriginals, decodes, library });
  const deferred = createDeferredCalls({ createTask, clock, blobs });
  const runTask = taskRunner({ log, metrics });

  const accounts = createAccounts({
    datastore,
    clock,
    library,
    store,
    limits,
    identity: config.identity,
    localIssuer: local?.issuer,
    https: profile === 'google',
  });

  const knownReplies = createKnownReplies(KNOWN_REPLIES);
  const photos = { log, knownReplies, library, store, blobs, recentOriginals, renditions, clock, signingKeys, limits };
  const uploads = { ...photos, directUploads: createDirectUploads(bucket), profile };
  // Whoever can reach the local profile may try everything by hand: it listens on loopback alone.
  const open = config.identity.kind === 'local';
  const whose = open ? whoeverIsNamed(accounts) : onlyTheCaller(accounts);
  const mailer = createMailer({ ...config.mail, dataDir: config.cloud.dataDir }, clock);
  const addressOf = addressesIn(profile);
  const { publicUrl } = config.mail;
  const digest = { ...photos, datastore, createTask, mailer, addressOf, publicUrl };
  const jobs = [
    bindJob(makeVariants, { store, library, renditions }),
    bindJob(eraseObjects, { blobs, pictures, recentOriginals }),
    bindJob(emptyTrash, { store, library }),
    bindJob(proveDays, { store, library, createTask, log }),
    bindJob(eraseAccount, { datastore, createTask, directUploads: uploads.directUploads }),
    bindJob(forgetTombstones, { store, library, clock, createTask }),
    bindJob(remakeVariants, { createTask, store, library, renditions, log }),
    bindJob(sendSummary, digest),
    bindJob(sendPosts, digest),
    bindJob(trimActivity, { library, log }),
    bindJob(auditUser, { store, library, bucket, blobs, createTask, clock, log }),
    bindJob(walkUsersOn, { datastore, createTask }),
  ];
  const cronJobs = [
    bindCron(sweepOutbox, { outbox }),
    bindCron(sweepUploads, { ...uploads, datastore, log }),
    bindCron(startRemaking, { datastore, createTask, clock }),
    bindCron(sweepReceipts, { datastore, library, clock }),
    bindCron(proveAllDays, { datastore, createTask, clock }),
    bindCron(sweepTombstones, { datastore, clock, createTask }),
    bindCron(sweepSessions, { datastore, clock }),
    bindCron(purgeTrash, { datastore, clock, createTask }),
    bindCron(sweepLeftovers, { bucket, blobs, clock }),
    bindCron(auditAll, { datastore, createTask, clock }),
  ];

  const api = [
    ...photoRoutes(photos),
    ...uploadRoutes(uploads),
    ...timelineRoutes({ ...photos, findByHandle: accounts.find }),
    ...changeRoutes(photos),
    ...trashRoutes(photos),
    ...activityRoutes({ store, createTask }),
    ...auditRoutes({ store }),
    ...accounts.routes,
    limitsRoute(config),
    ...leavingRoutes({ library, forgetAccounts: accounts.forget }),
  ];
  const describe = () => describeApi(api, API_INFO);
  const routes = [
    ...api,
    openApiRoute(describe),
    ...homeRoutes({
      ...photos,
      createTask,
      localSignIn: open,
      describeApi: describe,
      publicTimelines: accounts.publicTimelines,
    }),
    ...serviceRoutes({ clients }),
    metricsRoute({ metrics, metricsToken: config.metricsToken, open }),
    ...(profile === 'local' ? sessionDoor(bucket.storage.apiEndpoint) : []),
    ...jobRoutes({ jobs, cronJobs, deferred, runTask, log }),
    ...digestRoutes(digest, { open }),
    ...courseRoutes({ ...photos, datastore, deferred, runTask, createTask, log, profile, open, whose }),
  ];
  watchLines(metrics, { outbox, decodes });
  const app = express();
  app.use(countRequests(metrics));
  mount(app, routes, {
    log,
    projectId,
    platform: { onAppEngine: config.onAppEngine, secret: local?.secret },
    callerOf: accounts.callerOf,
    loopbackOnly: open,
    ...(profile === 'google' ? { bucketOrigins: ['https://storage.googleapis.com'] } : {}),
  });
  return app;
}
