import type { Clients } from './clients.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Config } from './config.ts';
import { addressesIn } from '../features/mail-summaries/mail-address.ts';
import { createAccounts } from '../features/accounts/accounts.ts';
import { securityLog as createSecurityLog } from '../features/accounts/security-log.ts';
import { FEATURES } from './features.ts';
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
import { createVariantCache } from '../pictures/variants/variant-cache.ts';
import { createRecentOriginals } from '../objects/recent-originals.ts';
import { createMetrics } from '../runtime/metrics.ts';
import { DailyConversions } from '../features/photos/daily-conversions.ts';
import { createDecodeLag } from '../features/photos/decode-lag.ts';
import { PhotoVariants } from '../features/photos/photo-variants.ts';
import { createRateLimits } from '../features/rate-limits/rate-limits.ts';
import { UploadSlots } from '../features/rate-limits/upload-slots.ts';
import {
  countCommits,
  countDecodes,
  countDeliveries,
  countRefusals,
  watchQueues,
} from '../features/service/measures.ts';
import { createServiceSpace } from '../features/photos/service-space.ts';
import { Passkeys } from '../features/passkeys/passkeys.ts';
import { createSignIns } from '../features/sign-in/sign-ins.ts';
import { createMemberGrants } from '../features/albums/members/member-grants.ts';
import { createShareGrants } from '../features/shares/share-grants.ts';
import { createViews } from '../features/shares/views.ts';
import type { SigningKeys } from '../signing/keys.ts';
import { createResponseCache } from '../features/timeline/response-cache.ts';
import { createTokens } from '../features/tokens/tokens.ts';

export interface CoreDeps {
  config: Config;
  clock: Clock;
  log: Log;
  clients: Clients;
  signingKeys: SigningKeys;
  /** The local cloud, in the local profile: the secret that proves its calls, and the URL of its token issuer. */
  local?: { secret: string; issuer: string } | undefined;
}

/** The parts of the service. Routes, jobs and cron handlers declare which of them they use. */
export type Core = ReturnType<typeof createCore>;

/** Creates each part of the service once per instance, in the order in which they use each other. */
export function createCore({ config, clock, log, clients, signingKeys, local }: CoreDeps) {
  const { datastore, bucket, tasks } = clients;
  const { profile, limits, identity, registration, sessionIdleMs, onAppEngine } = config;
  const { projectId, tasksLocation: location, dataDir } = config.cloud;
  const cacheBytes = CACHE_BYTES[profile];
  const addressOf = addressesIn(profile);

  // Load: what is measured, and what is refused or delayed when there is too much of it.
  const metrics = createMetrics();
  const refusals = countRefusals(metrics);
  const admission = createAdmission(clock, metrics, profile);
  const rateLimits = createRateLimits(config, { clock, refusals });
  const decodes = new DecodeQueue({ requestsWait: () => admission.pages.waiting() > 0 });
  const uploadThrottle = createUploadThrottle(() => decodes.waiting() > DECODES_THAT_THROTTLE_UPLOADS);
  const decodeLag = createDecodeLag(clock);

  // Tasks and data: each commit of the library writes its tasks to the outbox, which hands them to Cloud Tasks.
  const createTask = taskCreator({ tasks, projectId, location });
  const outbox = createOutbox({ datastore, clock, log, createTask, count: countDeliveries(metrics) });
  const store = createStore(datastore, (fault, photo) =>
    log.error({ photo, fault }, 'A tile could not be used. The list has read its photo instead.'),
  );
  const library = createLibrary({
    datastore,
    clock,
    deliver: outbox.deliver,
    rules: FEATURES,
    countCommit: countCommits(metrics),
  });
  watchQueues(metrics, { outbox, decodes });

  // Objects and pictures: the bucket, and the caches in front of it.
  const blobs = createBlobs(bucket);
  const recentOriginals = createRecentOriginals(RECENT_ORIGINALS_BYTES[profile], clock);
  const pictures = createVariantCache({ blobs, clock }, { capacity: cacheBytes });
  const responseCache = createResponseCache(cacheBytes);
  const photoVariants = new PhotoVariants({
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

  // Accounts: callers, sessions, tokens.
  const livingUsers = createLivingUsers({
    store,
    clock,
    dropUser(user) {
      pictures.drop(userVariantsPrefix(user));
      recentOriginals.drop(originalsPrefix(user));
      responseCache.drop(user);
    },
  });
  const securityLog = createSecurityLog({ log, signingKeys });
  const tokens = createTokens({ datastore, clock, library, signingKeys, securityLog });
  const https = profile === 'google' || config.linkBase.startsWith('https:');
  const accounts = createAccounts({
    datastore,
    clock,
    log,
    library,
    store,
    signingKeys,
    personalTokens: tokens,
    securityLog,
    limits,
    addressOf,
    identity,
    registration,
    sessionIdleMs,
    onAppEngine,
    localIssuer: local?.issuer,
    https,
    allowedOrigins: config.reach.allowedOrigins,
    countNewAccount: rateLimits && ((request) => rateLimits.countNewAccount(request)),
  });
  const { pageSignIn } = accounts;
  const signIns = createSignIns({ clock, signingKeys, identity, https, linkBase: config.linkBase, pageSignIn });
  // Without an issuer the service itself knows its people, by passkeys.
  const passkeys =
    identity.kind === 'pairing'
      ? new Passkeys({ datastore, library, clock, pageSignIn, securityLog, https, linkBase: config.linkBase })
      : undefined;

  return {
    profile,
    https,
    allowedOrigins: config.reach.allowedOrigins,
    limits,
    clock,
    steadyClock: createSteadyClock({ datastore, clock }),
    log,
    metrics,
    signingKeys,
    clients,
    datastore,
    bucket,

    admission,
    rateLimits,
    uploadSlots: new UploadSlots(refusals, config.rateLimits?.uploads),
    uploadThrottle,
    decodes,
    decodeLag,

    createTask,
    runTask: taskRunner({ log, metrics }),
    deferred: createDeferredCalls({ createTask, clock, blobs }),
    outbox,
    store,
    library,
    responseCache,

    blobs,
    directUploads: createDirectUploads(bucket),
    recentOriginals,
    pictures,
    photoVariants,
    serviceSpace: createServiceSpace({ datastore, clock, maxTotalBytes: limits.maxTotalBytes }),

    accounts,
    tokens,
    signIns,
    passkeys,
    livingUsers,
    shareGrants: createShareGrants({ store, clock }),
    memberGrants: createMemberGrants({ store, clock }),
    shareViews: createViews({ createTask, clock, log }),
    mailer: createMailer({ ...config.mail, dataDir }, clock),
    addressOf,
    publicUrl: config.mail.publicUrl,
    linkBase: config.linkBase,
  };
}

const MIB = 2 ** 20;

/** Originals that are kept in memory between their upload and their decode. */
const RECENT_ORIGINALS_BYTES = { google: 32 * MIB, local: 24 * MIB };

/** Replies that are kept in memory, and as many small pictures. A laptop has few readers. */
const CACHE_BYTES = { google: 32 * MIB, local: 8 * MIB };

/** Length of the decode queue at which uploads are throttled: with three photos waiting, the decoder is never idle. */
const DECODES_THAT_THROTTLE_UPLOADS = 3;
