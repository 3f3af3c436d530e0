import { z } from 'zod';
import { IF_MATCH_HEADER } from '../../http/replies/conditional.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import { targetOf } from '../photos/routes.ts';
import { Fields, PhotoIdParam } from '../photos/schemas.ts';
import { Cursor } from '../../signing/cursor.ts';
import { pageReply, type PageDeps } from '../timeline/page-reply.ts';
import { PageSize, TimelinePage } from '../timeline/schemas.ts';
import { emptyTrashStep, eraseTrashed, type TrashDeps } from './erase-photos.ts';

const TrashQuery = z.strictObject({ limit: PageSize, cursor: Cursor.optional(), fields: Fields });

export const trashRoutes = (deps: TrashDeps & PageDeps): Route[] => [
  defineRoute({
    method: 'get',
    path: '/v1/trash',
    summary: 'One page of your trash, the photo that was moved there last first.',
    access: 'user',
    scope: 'read',
    work: 'inside',
    query: TrashQuery,
    replies: { 200: TimelinePage, 304: null },
    errors: ['cursor-invalid', 'cursor-mismatch'],
    handle: ({ query, caller, request }) => pageReply(deps, caller.user, { ...query, order: 'trashed' }, request),
  }),
  defineRoute({
    method: 'delete',
    path: '/v1/trash/:id',
    summary: 'Erases a photo in the trash for good.',
    access: 'user',
    scope: 'delete',
    headers: IF_MATCH_HEADER,
    params: z.object({ id: PhotoIdParam }),
    replies: { 204: null },
    errors: ['not-found', 'gone', 'precondition-failed'],
    async handle({ params, caller, request }) {
      await eraseTrashed(deps, targetOf(deps, caller, params.id, request));
      return { status: 204 };
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/v1/trash',
    summary: 'Empties the trash. 204: it is empty. 202: it is large, and is being emptied.',
    access: 'user',
    scope: 'delete',
    replies: { 204: null, 202: null },
    handle: async ({ caller }) => ({
      status: (await emptyTrashStep(deps, { user: caller.user, until: deps.clock.now() })) ? 204 : 202,
    }),
  }),
];
