import type { Library } from '../../data/commit/group-commit.ts';
import { requireUser } from '../../data/read/store.ts';
import { bodyTag } from '../../http/replies/conditional.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import { hideDay, showDay } from './hide-days.ts';
import { memoriesReply, type MemoriesDeps } from './memories-reply.ts';
import { HiddenDay, HiddenDayList, MemoriesQuery, MemoryList } from './schemas.ts';

interface MemoryRouteDeps extends MemoriesDeps {
  library: Library;
}

export const memoryRoutes = (deps: MemoryRouteDeps): Route[] => [
  defineRoute({
    method: 'get',
    path: '/v1/memories',
    summary: 'Your photos of this day in earlier years, without archive, trash and hidden days.',
    access: 'user',
    scope: 'read',
    work: 'inside',
    query: MemoriesQuery,
    replies: { 200: MemoryList, 304: null },
    handle: ({ query, caller, request }) => memoriesReply(deps, caller.user, query.date, request),
  }),
  defineRoute({
    method: 'get',
    path: '/v1/memories/hidden',
    summary: 'The days that you have hidden from your memories.',
    access: 'user',
    scope: 'read',
    replies: { 200: HiddenDayList, 304: null },
    async handle({ caller }) {
      const body = { items: (await requireUser(deps, caller.user)).hiddenDays ?? [] };
      return { status: 200, body, etag: bodyTag(body), headers: { 'Cache-Control': 'private, no-cache' } };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/memories/hidden',
    summary: 'Hides a day from your memories. Its photos stay where they are. May be repeated.',
    access: 'user',
    scope: 'edit',
    body: HiddenDay,
    replies: { 204: null },
    errors: ['conflict'],
    async handle({ body, caller }) {
      await hideDay(deps, caller.user, body.date);
      return { status: 204 };
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/v1/memories/hidden/:date',
    summary: 'Shows a hidden day in your memories again. May be repeated.',
    access: 'user',
    scope: 'edit',
    params: HiddenDay,
    replies: { 204: null },
    async handle({ params, caller }) {
      await showDay(deps, caller.user, params.date);
      return { status: 204 };
    },
  }),
];
