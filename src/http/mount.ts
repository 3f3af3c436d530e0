import { Router, type Express, type Request, type RequestHandler } from 'express';
import type { Log } from '../runtime/log.ts';
import { admitCaller, countStranger, type AdmitDeps } from './admit-caller.ts';
import type { Admission } from './admission/admission.ts';
import { withinBounds } from './admission/within-bounds.ts';
import type { EndedRequest } from '../runtime/ended-request.ts';
import { AppError, InvalidToken } from '../runtime/errors.ts';
import { openToOrigins } from './cross-origin.ts';
import { requireKnownHost } from './known-host.ts';
import { once } from '../runtime/lazy.ts';
import { isFromPlatform, platformDoor, type PlatformProof } from './platform.ts';
import { inputReader, paramsReader } from './input/read-input.ts';
import { checkHead } from './request-head.ts';
import { requestLog } from './request-log.ts';
import type { Caller, Route } from './route.ts';
import { securityHeaders } from './security-headers.ts';
import { requireDeclaredScope } from './scopes.ts';
import { problemHandler, type ProblemPage } from './replies/send-problem.ts';
import { sendReply } from './replies/send-reply.ts';

export interface MountDeps extends AdmitDeps {
  /** Handlers that see every request before anything else does. */
  first?: readonly RequestHandler[];
  log: Log;
  platform: PlatformProof;
  /** Renders a problem for a browser. Without it every client gets JSON. */
  renderProblem?: (page: ProblemPage) => string;
  /** Whether text is compressed here, because nothing in front of the app does it. Without it, it is not. */
  compresses?: boolean;
  /** Bounds what is done at once. Without it nothing is refused. */
  admission?: Admission;
  /** Google's name of this project, for the traces in the log. */
  projectId?: string | undefined;
  /** Whether replies tell the time of the request and its calls to the cloud, in `Server-Timing`. */
  tellsTimes?: boolean;
  /** Takes each request when it has ended. */
  onEnd?: ((ended: EndedRequest) => void) | undefined;
  /** Where pages may send bytes to and show pictures from besides the address of the page. */
  otherOrigins?: readonly string[] | undefined;
  /** The hosts besides loopback whose requests are answered. Without it, all of them. */
  allowedHosts?: readonly string[] | undefined;
  /** Origins of web apps whose scripts may call. Without it, none. */
  allowedOrigins?: readonly string[];
  /** What is no route: static files, for example. Comes after the routes, before the answer 404. */
  others?: readonly RequestHandler[];
}

/**
 * Makes an Express app of routes: from the first header to the last error, nothing else is needed. The app must have no
 * handlers yet: Express takes the settings of its router when the first one is added.
 * @throws Error for a route that reads credentials and declares no scope
 */
export function mount(app: Express, routes: readonly Route[], deps: MountDeps): void {
  app.set('query parser', 'simple').set('etag', false).set('case sensitive routing', true).disable('x-powered-by');
  for (const handler of deps.first ?? []) app.use(handler);
  app.use(
    requestLog({ ...deps, onAppEngine: deps.platform.onAppEngine }),
    securityHeaders(deps.otherOrigins),
    checkHead,
    platformDoor(deps.platform),
  );
  if (deps.allowedHosts) app.use(requireKnownHost(deps.allowedHosts));
  if (deps.allowedOrigins?.length) app.use(openToOrigins(deps.allowedOrigins));
  const ordered = [...routes].sort(byPrecision);
  for (const route of ordered) requireDeclaredScope(route);
  for (const route of ordered) app[route.method](route.path, answerer(route, deps));
  for (const handler of deps.others ?? []) app.use(handler);
  // Few requests come here. The start does not wait for this second table of all paths.
  const methods = once(() => methodTable(ordered));
  app.use((request, response, next) => void methods()(request, response, next));
  app.use(refuseRest(deps));
  const { compresses = false, renderProblem } = deps;
  const handleOf = async (request: Request) => (await callerOfFailed(deps, request))?.handle;
  app.use(problemHandler(deps.log, { compresses, renderProblem, handleOf }));
}

/** Callers of requests that were admitted. */
const admitted = new WeakMap<Request, Caller>();

/** The caller of a request that failed. The credentials are read where no route has done so. */
async function callerOfFailed({ callerOf }: MountDeps, request: Request): Promise<Caller | undefined> {
  return admitted.get(request) ?? (await callerOf(request).catch(() => undefined));
}

/** Handles one request step by step. The caller is authenticated before the body is read. */
function answerer(route: Route, deps: MountDeps): RequestHandler {
  const readParams = paramsReader(route);
  const readInput = inputReader(route);
  const compresses = deps.compresses === true && !sendsPictures(route);
  return async (request, response, next) => {
    if (isHidden(route, request)) return next();
    try {
      const caller = await admitCaller(deps, route, request, response);
      if (caller) admitted.set(request, caller);
      const params = readParams(request);
      const reply = await withinBounds(deps.admission, {
        route,
        request,
        caller,
        read: () => readInput(request, response),
        handle: ({ query, body }) => route.handle({ params, query, body, caller, request }),
      });
      await sendReply(request, response, reply, { compresses });
    } catch (error) {
      if (error instanceof InvalidToken) deps.limits?.countFailedSignIn(request);
      throw error;
    }
  };
}

/** Pictures are compressed already. */
const sendsPictures = ({ replies }: Route) => Object.values(replies).includes('image/*');

/** Hides the routes that only the platform may call from all other callers. */
function isHidden({ access }: Route, request: Request): boolean {
  return access === 'platform' && !isFromPlatform(request);
}

/** Sorts `/photos/batch` before `/photos/:id`, in whichever order they were written. */
function byPrecision(a: Route, b: Route): number {
  const [left, right] = [sortKey(a), sortKey(b)];
  return left < right ? -1 : Number(left > right);
}

/**
 * Parameters and wildcards sort behind all characters of a path. Pictures, which a page asks for by the dozen, come first,
 * because Express tries one route after the other.
 */
function sortKey({ access, path }: Route): string {
  return (access === 'signed-url' ? 0 : 1) + path.replaceAll(/[:*{][^/]*/g, '\uffff');
}

/** Notes which methods the address of a request takes. */
function methodTable(routes: readonly Route[]): Router {
  const router = Router({ caseSensitive: true });
  for (const route of routes) router.all(route.path, noteMethod(route));
  return router;
}

const knownMethods = new WeakMap<Request, Set<string>>();

function noteMethod(route: Route): RequestHandler {
  return (request, _response, next) => {
    if (isHidden(route, request)) return next();
    const methods = knownMethods.get(request) ?? new Set(['OPTIONS']);
    methods.add(route.method.toUpperCase());
    if (route.method === 'get') methods.add('HEAD');
    knownMethods.set(request, methods);
    next();
  };
}

const refuseRest =
  (deps: MountDeps): RequestHandler =>
  async (request, response) => {
    await countStranger(deps, request, response);
    const methods = knownMethods.get(request);
    if (!methods) throw new AppError('not-found', 'There is nothing at this address.');
    const Allow = [...methods].sort().join(', ');
    if (request.method === 'OPTIONS') return void response.status(204).set({ Allow }).end();
    throw new AppError('method-not-allowed', `This address takes ${Allow}.`, { headers: { Allow } });
  };
