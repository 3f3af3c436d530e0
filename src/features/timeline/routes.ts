import { z } from 'zod';
import { AppError } from '../../runtime/errors.ts';
import { refuseEvenly } from '../../http/refuse-evenly.ts';
import { defineRoute, type Caller, type Route } from '../../http/route.ts';
import { daysReply, pageReply, publicPageReply, type PageDeps } from './page-reply.ts';
import { Days, DaysQuery, PublicTimelinePage, PublicTimelineQuery, TimelinePage, TimelineQuery } from './schemas.ts';

interface TimelineRouteDeps extends PageDeps {
  /** Returns the account of a handle. It takes as long for a missing account as for a private timeline. */
  findForStranger(handle: string): Promise<Caller | undefined>;
}

export const timelineRoutes = (deps: TimelineRouteDeps): Route[] => [
  defineRoute({
    method: 'get',
    path: '/v1/timeline',
    summary: 'One page of your timeline or archive, newest first.',
    access: 'user',
    scope: 'read',
    work: 'inside',
    query: TimelineQuery,
    replies: { 200: TimelinePage, 304: null },
    errors: ['cursor-invalid', 'cursor-mismatch'],
    handle: ({ query, caller, request }) => pageReply(deps, caller.user, query, request),
  }),
  defineRoute({
    method: 'get',
    path: '/v1/timeline/days',
    summary: 'The number of photos on each day of your timeline, and its first page on request.',
    access: 'user',
    scope: 'read',
    work: 'inside',
    query: DaysQuery,
    replies: { 200: Days, 304: null },
    handle: ({ query, caller, request }) => daysReply(deps, caller.user, query, request),
  }),
  defineRoute({
    method: 'get',
    path: '/v1/users/:handle/timeline',
    summary: 'One page of a public timeline, newest first, without originals and places.',
    access: 'public',
    work: 'inside',
    params: z.object({ handle: z.string().describe('The handle of the other user.') }),
    query: PublicTimelineQuery,
    replies: { 200: PublicTimelinePage, 304: null },
    errors: ['not-found', 'cursor-invalid', 'cursor-mismatch'],
    handle: ({ params, query, request }) =>
      refuseEvenly(async () => {
        const owner = await deps.findForStranger(params.handle);
        if (!owner) throw new AppError('not-found', 'There is no such timeline.');
        return publicPageReply(deps, owner.user, query, request);
      }),
  }),
];
