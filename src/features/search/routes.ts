import { defineRoute, type Route } from '../../http/route.ts';
import { SearchPage, SearchQuery } from './schemas.ts';
import { searchReply, type SearchReplyDeps } from './search-reply.ts';

export const searchRoutes = (deps: SearchReplyDeps): Route[] => [
  defineRoute({
    method: 'get',
    path: '/v1/search',
    summary: 'One page of your photos that have all the words of a text, archived ones among them.',
    access: 'user',
    scope: 'read',
    work: 'inside',
    query: SearchQuery,
    replies: { 200: SearchPage, 304: null },
    errors: ['cursor-invalid', 'cursor-mismatch'],
    handle: ({ query, caller, request }) => searchReply(deps, caller.user, query, request),
  }),
];
