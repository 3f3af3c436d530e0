import type { Request, Response } from 'express';
import type { UserId } from '../runtime/ids.ts';
import { AppError } from '../runtime/errors.ts';
import { isFromPlatform } from './platform.ts';
import type { Budget, Caller, Route } from './route.ts';
import { requireScope } from './scopes.ts';

/** Counts requests, and tells in the headers of the reply what is left. Each of these throws rate-limited. */
export interface RequestLimits {
  /** Whether requests without a valid sign-in count at all. */
  countsAddresses: boolean;
  countUser(user: UserId, budget: Budget, response: Response): void;
  /** Counts a request without a valid sign-in. */
  countAddress(request: Request, budget: Budget, response: Response): void;
  /** Counts a request by a signed URL of `owner`. */
  countPass(owner: UserId, request: Request, budget: Budget, response: Response): void;
  /** Counts an invalid token. */
  countFailedSignIn(request: Request): void;
}

export interface AdmitDeps {
  /** Finds out who is calling. Rejects with an AppError (401, 403) when the request's credentials are invalid. */
  callerOf(request: Request): Promise<Caller | undefined>;
  /** Without them nothing is counted. */
  limits?: RequestLimits | undefined;
}

/**
 * Who is calling, as far as the route wants to know. Counts the request, before anything else of it is read.
 * @throws AppError unauthenticated, rate-limited, scope-missing, and what `callerOf` throws
 */
export async function admitCaller(
  deps: AdmitDeps,
  route: Route,
  request: Request,
  response: Response,
): Promise<Caller | undefined> {
  const caller = await countCaller(deps, route, request, response);
  requireScope(caller, route.scope);
  return caller;
}

async function countCaller(
  deps: AdmitDeps,
  route: Route,
  request: Request,
  response: Response,
): Promise<Caller | undefined> {
  const { access, countsAs = 'api' } = route;
  const { limits } = deps;
  if (!limits || countsAs === 'free' || isFromPlatform(request)) return findCaller(deps, route, request);
  if (access === 'public') {
    await countStranger(deps, request, response, countsAs);
    return undefined;
  }
  if (isSigned(route, request)) {
    const owner = route.passOwner?.(request);
    if (owner === undefined) limits.countAddress(request, countsAs, response);
    else limits.countPass(owner, request, countsAs, response);
    return undefined;
  }
  const caller = await findCaller(deps, route, request).catch((error: unknown) => {
    limits.countAddress(request, countsAs, response);
    throw error;
  });
  if (caller) limits.countUser(caller.user, countsAs, response);
  else limits.countAddress(request, countsAs, response);
  return caller;
}

/**
 * Counts a request that needs no sign-in. With valid credentials it counts for that user and not for the address. Invalid
 * ones are no reason to refuse it.
 */
export async function countStranger(
  { limits, callerOf }: AdmitDeps,
  request: Request,
  response: Response,
  budget: Budget = 'api',
): Promise<void> {
  if (!limits?.countsAddresses || isFromPlatform(request)) return;
  const caller = await callerOf(request).catch(() => undefined);
  if (caller) limits.countUser(caller.user, budget, response);
  else limits.countAddress(request, budget, response);
}

async function findCaller({ callerOf }: AdmitDeps, route: Route, request: Request): Promise<Caller | undefined> {
  const { access } = route;
  if (access === 'public' || access === 'platform' || isSigned(route, request)) return undefined;
  const caller = await callerOf(request);
  if (caller || access !== 'user') return caller;
  throw new AppError('unauthenticated', 'This needs a bearer token or a session.', {
    reason: 'no-credentials',
    headers: { 'WWW-Authenticate': 'Bearer' },
  });
}

/** Not by `request.query`, which Express parses again for each reader. */
const isSigned = ({ access }: Route, { url }: Request) =>
  access === 'grant' || (access === 'signed-url' && /[?&](?:t|token)=/.test(url));
