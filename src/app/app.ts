import express, { type Express } from 'express';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { refusedToForeignPages } from '../features/accounts/request-origin.ts';
import { FEATURES } from './features.ts';
import { createCore, type Core, type CoreDeps } from './core.ts';
import { courseRoutes } from '../features/course/routes.ts';
import { callersOnly, namedUsers } from '../features/course/course-identity.ts';
import { mailSummaryRoutes } from '../features/mail-summaries/routes.ts';
import { mount } from '../http/mount.ts';
import type { Route } from '../http/route.ts';
import { jobRoutes } from '../background/routes.ts';
import { accountDeletionRoutes } from '../features/account-deletion/routes.ts';
import type { EndedRequest } from '../runtime/ended-request.ts';
import { once } from '../runtime/lazy.ts';
import { countRequests } from '../features/service/measures.ts';
import { limitsRoute } from '../features/service/limits-route.ts';
import { metricsRoute } from '../features/service/metrics-route.ts';
import { API_INFO, openApiRoute, serviceRoutes } from '../features/service/routes.ts';
import { sessionProxy } from '../features/uploads/session-proxy.ts';
import { passkeyRoutes } from '../features/passkeys/routes.ts';
import { renderProblemPage } from '../features/web/pages/problem-page.ts';
import { pairRoutes } from '../features/web/pair-routes.ts';
import { homeRoutes } from '../features/web/routes.ts';

interface AppDeps extends CoreDeps {
  /** Takes each request when it has ended. */
  onRequestEnd?: ((ended: EndedRequest) => void) | undefined;
}

/** Creates the Express app: every route of every feature, behind the checks that `mount` makes for all of them. */
export function createApp(deps: AppDeps, core: Core = createCore(deps)): Express {
  const { config, log, local } = deps;
  const { profile, metricsToken, onAppEngine } = config;
  const { accounts } = core;
  // The local profile listens on loopback alone, so that all of it can be tried by hand.
  const open = config.identity.kind === 'local';

  const deletion = { ...core, ...accounts, forgetAccounts: accounts.forget };
  const api = [
    ...FEATURES.flatMap(({ routes }) => routes?.(core) ?? []),
    ...accounts.routes,
    limitsRoute(config),
    ...accountDeletionRoutes(deletion),
    ...(core.passkeys ? passkeyRoutes({ https: core.https, passkeys: core.passkeys }) : []),
  ];
  const describe = loadDescription(api);
  // Pages may be reached by another address than the public one, and their policy lets them show pictures of their own.
  const pageCore = { ...core, linkBase: '' };
  const pages = homeRoutes({
    ...pageCore,
    localSignIn: open,
    registrationOpen: config.registration.kind === 'open',
    pairs: config.identity.kind === 'pairing',
    describeApi: describe,
    publicTimelines: accounts.publicTimelines,
    findForStranger: accounts.findForStranger,
    settings: accounts.settings,
    pageSignIn: accounts.pageSignIn,
    deletion,
    securityLog: accounts.securityLog,
  });
  const pairing = core.passkeys ? pairRoutes({ ...core, ...accounts }) : [];
  const operations = [openApiRoute(describe), ...serviceRoutes(core), metricsRoute({ ...core, metricsToken, open })];
  const background = jobRoutes({ ...core, backgroundHandlers: loadBackgroundHandlers(core) });
  const mailSettings = mailSummaryRoutes(core, { open }).map((route) => refusedToForeignPages(route, core.https));
  const course = courseRoutes({ ...pageCore, open, whose: open ? namedUsers(accounts) : callersOnly(accounts) });
  // Away from the local cloud, browsers reach the bucket itself.
  const bucketProxy = profile === 'local' ? sessionProxy({ ...core, endpoint: core.bucket.storage.apiEndpoint }) : [];

  const app = express();
  mount(app, [...api, ...pages, ...pairing, ...operations, ...background, ...mailSettings, ...course, ...bucketProxy], {
    first: [countRequests(core.metrics), core.uploadThrottle.watch],
    log,
    compresses: config.compresses,
    tellsTimes: profile === 'local',
    onEnd: deps.onRequestEnd,
    renderProblem: renderProblemPage,
    admission: core.admission,
    projectId: config.cloud.projectId,
    platform: { onAppEngine, secret: local?.secret },
    callerOf: accounts.callerOf,
    limits: core.rateLimits,
    ...config.reach,
    otherOrigins: [
      ...(profile === 'google' ? ['https://storage.googleapis.com'] : []),
      // The API gives scripts of pages the URLs of pictures at the public address.
      ...(config.linkBase === '' ? [] : [new URL(config.linkBase).origin]),
    ],
  });
  return app;
}

/** The OpenAPI document is made, and what makes it is loaded, when it is first read. */
const loadDescription = (api: readonly Route[]) =>
  once(async () => {
    const { describeApi } = await import('../http/openapi/openapi.ts');
    const { addExamples } = await import('../http/openapi/examples/add-examples.ts');
    const document = describeApi(api, API_INFO);
    // Each step takes tens of milliseconds. Other requests are served between them.
    await nextTurn();
    return addExamples(document);
  });

/**
 * Jobs and cron handlers are loaded with the first task or cron run: no reply waits for them, and the start is faster.
 */
const loadBackgroundHandlers = (core: Core) =>
  once(async () => (await import('./background-handlers.ts')).createBackgroundHandlers(core));
