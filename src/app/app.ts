import express, { type Express } from 'express';
import { createAccounts } from '../features/accounts/accounts.ts';
import { refusedToForeignPages } from '../features/accounts/request-origin.ts';
import { activityRoutes } from '../features/activity/routes.ts';
import { auditRoutes } from '../features/audit/routes.ts';
import { changeRoutes } from '../features/changes/routes.ts';
import { createCore, type Core, type CoreDeps } from './core.ts';
import { courseRoutes } from '../features/course/routes.ts';
import { callersOnly, namedUsers } from '../features/course/course-identity.ts';
import { mailSummaryRoutes } from '../features/mail-summaries/routes.ts';
import { countRequests } from '../http/count-requests.ts';
import { mount } from '../http/mount.ts';
import { describeApi } from '../http/openapi/openapi.ts';
import { jobRoutes } from '../background/routes.ts';
import { accountDeletionRoutes } from '../features/account-deletion/routes.ts';
import { photoRoutes } from '../features/photos/routes.ts';
import { once } from '../runtime/lazy.ts';
import { limitsRoute } from '../features/service/limits-route.ts';
import { metricsRoute } from '../features/service/metrics-route.ts';
import { API_INFO, openApiRoute, serviceRoutes } from '../features/service/routes.ts';
import { timelineRoutes } from '../features/timeline/routes.ts';
import { trashRoutes } from '../features/trash/routes.ts';
import { uploadRoutes } from '../features/uploads/routes.ts';
import { sessionDoor } from '../features/uploads/session-door.ts';
import { homeRoutes } from '../features/web/routes.ts';

export interface AppDeps extends CoreDeps {
  /** The stand-ins that the local profile runs on. */
  local?: { secret: string; issuer: string };
}

/** The whole product on one screen: every feature with what it needs, then their routes behind one front door. */
export function createApp(deps: AppDeps, core: Core = createCore(deps)): Express {
  const { config, log, local } = deps;
  const { profile, metricsToken, identity, registration, sessionIdleMs, onAppEngine } = config;
  // Whoever can reach the local profile may try everything by hand: it listens on loopback alone.
  const open = identity.kind === 'local';

  const backgroundHandlers = once(async () =>
    (await import('./background-handlers.ts')).createBackgroundHandlers(core),
  );
  const accounts = createAccounts({
    ...core,
    identity,
    registration,
    sessionIdleMs,
    onAppEngine,
    localIssuer: local?.issuer,
    https: profile === 'google',
    countNewAccount: core.rateLimits && ((request) => core.rateLimits?.countNewAccount(request)),
  });
  const whose = open ? namedUsers(accounts) : callersOnly(accounts);

  const api = [
    ...photoRoutes(core),
    ...uploadRoutes(core),
    ...timelineRoutes({ ...core, findForStranger: accounts.findForStranger }),
    ...changeRoutes(core),
    ...trashRoutes(core),
    ...activityRoutes(core),
    ...auditRoutes(core),
    ...accounts.routes,
    limitsRoute(config),
    ...accountDeletionRoutes({ ...core, ...accounts, forgetAccounts: accounts.forget }),
  ];
  const describe = () => describeApi(api, API_INFO);
  const { publicTimelines } = accounts;
  const routes = [
    ...api,
    openApiRoute(describe),
    ...homeRoutes({
      ...core,
      localSignIn: open,
      registrationOpen: registration.kind === 'open',
      describeApi: describe,
      publicTimelines,
    }),
    ...serviceRoutes(core),
    metricsRoute({ ...core, metricsToken, open }),
    ...(profile === 'local' ? sessionDoor({ ...core, endpoint: core.bucket.storage.apiEndpoint }) : []),
    ...jobRoutes({ ...core, backgroundHandlers }),
    ...mailSummaryRoutes(core, { open }).map((route) => refusedToForeignPages(route, !open)),
    ...courseRoutes({ ...core, open, whose }),
  ];
  const app = express();
  mount(app, routes, {
    first: [countRequests(core.metrics), core.uploadThrottle.watch],
    log,
    admission: core.admission,
    projectId: config.cloud.projectId,
    platform: { onAppEngine, secret: local?.secret },
    callerOf: accounts.callerOf,
    limits: core.rateLimits,
    loopbackOnly: open,
    ...(profile === 'google' ? { bucketOrigins: ['https://storage.googleapis.com'] } : {}),
  });
  return app;
}
