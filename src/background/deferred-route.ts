import type { Request } from 'express';
import { z } from 'zod';
import { defineRoute, type Reply, type Route, type TokenlessAccess } from '../http/route.ts';
import type { DeferredCalls } from './deferred.ts';
import type { RunTask } from './run-task.ts';

export interface DeferredRouteDeps {
  deferred: DeferredCalls;
  runTask: RunTask;
}

/** A URL that deferred calls may choose, and what is different there. */
export interface DeferredRouteOptions {
  path: string;
  access?: TokenlessAccess;
  /** Sees the request and may do something before and after, or instead of, the call. */
  around?(request: Request, run: () => Promise<Reply>): Promise<Reply>;
}

/** Where deferred calls arrive. */
export function deferredRoute({ deferred, runTask }: DeferredRouteDeps, options: DeferredRouteOptions): Route {
  const { path, access = 'platform', around = (_request, run) => run() } = options;
  return defineRoute({
    method: 'post',
    path,
    summary: 'Runs one deferred call for Cloud Tasks.',
    access,
    documented: false,
    body: z.unknown(),
    replies: { 200: 'text/plain' },
    handle: ({ body, request }) =>
      around(request, () =>
        runTask(request, {
          what: 'deferred',
          run: (attempt) => deferred.run(body, { ...attempt, request }),
          onExhausted: () => deferred.giveUp(body),
        }),
      ),
  });
}
