import { defineRoute, type Route } from '../../http/route.ts';
import { changesReply, type FeedDeps } from './changes-reply.ts';
import { ChangesPage, ChangesQuery } from './schemas.ts';

export const changeRoutes = (deps: FeedDeps): Route[] => [
  defineRoute({
    method: 'get',
    path: '/v1/changes',
    summary:
      'What has changed: first everything, then only what is new; nothing is missed. Apply the changes in order, keep the ' +
      '`token`, and ask again with it. 410 `resync`: read without a token, and drop what that does not tell of.',
    access: 'user',
    query: ChangesQuery,
    replies: { 200: ChangesPage, 304: null },
    errors: ['cursor-invalid', 'cursor-mismatch', 'resync'],
    handle: ({ query, caller, request }) => changesReply(deps, caller, query, request),
  }),
];
