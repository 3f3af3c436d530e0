import type { Clients } from './clients.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Config } from './config.ts';
import { addressesIn } from '../features/mail-summaries/mail-address.ts';
import { createAdmission } from '../http/admission/admission.ts';
import { createUploadThrottle } from '../features/photos/upload-throttle.ts';
import { taskCreator } from '../background/create-task.ts';
import { createDeferredCalls } from '../background/deferred.ts';
import { taskRunner } from '../background/run-task.ts';
import { createSteadyClock } from '../background/steady-clock.ts';
import { createLibrary } from '../data/commit/group-commit.ts';
import { createLivingUsers } from '../data/read/living-users.ts';
import { originalsPrefix, userVariantsPrefix } from '../objects/object-names.ts';
import { createOutbox } from '../background/outbox.ts';
import { createStore } from '../data/read/store.ts';
import type { Log } from '../runtime/log.ts';
import { createMailer } from '../mail/mailer.ts';
import { createBlobs } from '../objects/blobs.ts';
import { DecodeQueue } from '../pictures/decoding/decode-queue.ts';
import { createDirectUploads } from '../objects/direct-uploads.ts';
import { createPictures } from '../pictures/variants/variant-cache.ts';
import { createRecentOriginals } from '../objects/recent-originals.ts';
import { createMetrics } from '../runtime/metrics.ts';
import { DailyConversions } from '../features/photos/daily-conversions.ts';
import { createDecodeLag } from '../features/photos/decode-lag.ts';
import { createPhotoVariants } from '../features/photos/photo-variants.ts';
import { createRateLimits } from '../features/rate-limits/create-rate-limits.ts';
import { UploadSlots } from '../features/rate-limits/upload-slots.ts';
import {
  countCommits,
  countDecodes,
  countDeliveries,
  countRefusals,
  watchLines,
} from '../features/service/measures.ts';
import { createServiceSpace } from '../features/photos/service-space.ts';
import type { SigningKeys } from '../signing/keys.ts';
import { createResponseCache } from '../features/timeline/response-cache.ts';

/** Bytes of originals kept in memory between upload and decode. */
const RECENT_ORIGINALS = { google: 32 * 2 ** 20, local: 24 * 2 ** 20 };

/** Pictures that may wait for the decoder before uploads step back: it never has to wait for them. */
const ENOUGH_TO_DECODE = 3;

/** Bytes of pages, and as many of small pictures, that are kept in memory for the next reader: a laptop has few of them. */
const KEPT_FOR_READERS = { google: 32 * 2 ** 20, local: 8 * 2 ** 20 };

export interface CoreDeps {
  config: Config;
  clock: Clock;
  log: Log;
  clients: Clients;
  signingKeys: SigningKeys;
}

/** What features and later work stand on; each of them names the parts that it needs. */
export type Core = ReturnType<typeof createCore>;

/** The writer and the reads of users' data, their objects and pictures, tasks and mail. */
export function createCore({ config, clock, log, clients, signingKeys }: CoreDeps) {
  const { datastore, bucket, tasks } = clients;
  const { profile, limits } = config;
  const { projectId, tasksLocation: location, dataDir } = config.cloud;

  const metrics = createMetrics();
  const admission = createAdmission(clock, metrics, profile);
  const createTask = taskCreator({ tasks, projectId, location });
  const runTask = taskRunner({ log, metrics });
  const outbox = createOutbox({ datastore, clock, log, createTask, count: countDeliveries(metrics) });
  const decodeLag = createDecodeLag(clock);
  const library = createLibrary({
    datastore,
    clock,
    deliver: outbox.deliver,
    decodedAfter: decodeLag.expected,
    countCommit: countCommits(metrics),
  });
  const store = createStore(datastore);
  const steadyClock = createSteadyClock({ datastore, clock });
  const responseCache = createResponseCache(KEPT_FOR_READERS[profile]);

  const blobs = createBlobs(bucket);
  const directUploads = createDirectUploads(bucket);
  const recentOriginals = createRecentOriginals(RECENT_ORIGINALS[profile], clock);
  const decodes = new DecodeQueue({ requestsWait: () => admission.pages.waiting() > 0 });
  const refusals = countRefusals(metrics);
  const rateLimits = createRateLimits(config, { clock, refusals });
  const uploadSlots = new UploadSlots(refusals, config.rateLimits?.uploads);
  const uploadThrottle = createUploadThrottle(() => decodes.waiting() > ENOUGH_TO_DECODE);
  const pictures = createPictures({ blobs, clock }, { capacity: KEPT_FOR_READERS[profile] });
  const photoVariants = createPhotoVariants({
    clock,
    blobs,
    pictures,
    recentOriginals,
    decodes,
    decodeLimits: config.decoding,
    conversions: new DailyConversions(clock, limits.conversionsPerDay),
    library,
    countDecode: countDecodes(metrics),
  });

  const livingUsers = createLivingUsers({
    store,
    clock,
    dropUser(user) {
      pictures.drop(userVariantsPrefix(user));
      recentOriginals.drop(originalsPrefix(user));
      responseCache.drop(user);
    },
  });
  const serviceSpace = createServiceSpace({ datastore, clock, maxTotalBytes: limits.maxTotalBytes });

  const deferred = createDeferredCalls({ createTask, clock, blobs });
  const mailer = createMailer({ ...config.mail, dataDir }, clock);
  watchLines(metrics, { outbox, decodes });

  return {
    clock,
    steadyClock,
    log,
    clients,
    datastore,
    bucket,
    profile,
    limits,
    signingKeys,
    metrics,
    admission,
    createTask,
    runTask,
    outbox,
    library,
    store,
    responseCache,
    rateLimits,
    uploadSlots,
    uploadThrottle,
    blobs,
    directUploads,
    recentOriginals,
    decodes,
    decodeLag,
    pictures,
    photoVariants,
    livingUsers,
    serviceSpace,
    deferred,
    mailer,
    addressOf: addressesIn(profile),
    publicUrl: config.mail.publicUrl,
  };
}
