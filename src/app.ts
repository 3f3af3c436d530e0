import express, { type Express } from 'express';
import { createAccounts } from './accounts/accounts.ts';
import { refusedToForeignPages } from './accounts/request-origin.ts';
import { activityRoutes } from './activity/routes.ts';
import { auditRoutes } from './audit/routes.ts';
import { changeRoutes } from './changes/routes.ts';
import { createCore, type Core, type CoreDeps } from './core.ts';
import { courseRoutes } from './course/routes.ts';
import { onlyTheCaller, whoeverIsNamed } from './course/whose.ts';
import { digestRoutes } from './digest/routes.ts';
import { countRequests } from './http/count-requests.ts';
import { mount } from './http/mount.ts';
import { describeApi } from './http/openapi.ts';
import { jobRoutes } from './jobs/routes.ts';
import { leavingRoutes } from './leaving/routes.ts';
import { photoRoutes } from './photos/routes.ts';
import { once } from './once.ts';
import { limitsRoute } from './service/limits-route.ts';
import { metricsRoute } from './service/metrics-route.ts';
import { API_INFO, openApiRoute, serviceRoutes } from './service/routes.ts';
import { timelineRoutes } from './timeline/routes.ts';
import { trashRoutes } from './trash/routes.ts';
import { uploadRoutes } from './uploads/routes.ts';
import { sessionDoor } from './uploads/session-door.ts';
import { homeRoutes } from './web/routes.ts';

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

  const laterWork = once(async () => (await import('./later-work.ts')).createLaterWork(core));
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
  const whose = open ? whoeverIsNamed(accounts) : onlyTheCaller(accounts);

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
    ...leavingRoutes({ ...core, ...accounts, forgetAccounts: accounts.forget }),
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
    ...jobRoutes({ ...core, laterWork }),
    ...digestRoutes(core, { open }).map((route) => refusedToForeignPages(route, !open)),
    ...courseRoutes({ ...core, open, whose }),
  ];
  const app = express();
  mount(app, routes, {
    first: [countRequests(core.metrics), core.rightOfWay.watch],
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
