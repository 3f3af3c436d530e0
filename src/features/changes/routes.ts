import { defineRoute, type Route } from '../../http/route.ts';
import { changesReply, type FeedDeps } from './changes-reply.ts';
import { ChangesPage, ChangesQuery } from './schemas.ts';

export const changeRoutes = (deps: FeedDeps): Route[] => [
  defineRoute({
    method: 'get',
    path: '/v1/changes',
    summary:
      'Your photos and albums as a list of changes: first all of them, then only new changes. Apply them in order, keep the `token`, ' +
      'and send it with the next request. On 410 `resync` read without a token, and drop what is not returned.',
    access: 'user',
    scope: 'read',
    query: ChangesQuery,
    replies: { 200: ChangesPage, 304: null },
    errors: ['cursor-invalid', 'cursor-mismatch', 'resync'],
    handle: ({ query, caller, request }) => changesReply(deps, caller, query, request),
  }),
];
