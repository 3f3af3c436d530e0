import { defineRoute, type Route } from '../../http/route.ts';
import { SearchPage, SearchQuery, Suggestions, SuggestQuery, TagList } from './schemas.ts';
import { suggest } from './suggest.ts';
import { searchReply, tagsReply, type SearchReplyDeps } from './search-reply.ts';

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
  defineRoute({
    method: 'get',
    path: '/v1/search/suggest',
    summary: 'Texts that go on what a person types into a search.',
    access: 'user',
    scope: 'read',
    query: SuggestQuery,
    replies: { 200: Suggestions },
    handle: async ({ query: { q }, caller }) => ({
      status: 200,
      body: { suggestions: await suggest(deps, caller.user, q) },
      headers: { 'Cache-Control': 'private, no-cache' },
    }),
  }),
  defineRoute({
    method: 'get',
    path: '/v1/tags',
    summary: 'Your tags, with the number of photos of each.',
    access: 'user',
    scope: 'read',
    work: 'inside',
    replies: { 200: TagList, 304: null },
    handle: ({ caller, request }) => tagsReply(deps, caller.user, request),
  }),
];
