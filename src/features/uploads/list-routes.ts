import type { Request } from 'express';
import { z } from 'zod';
import { bodyTag } from '../../http/replies/conditional.ts';
import { pageLinks } from '../../http/replies/link.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import { cancelUpload } from './end-uploads.ts';
import { listUploads, readUpload, type ListUploadsDeps } from './list-uploads.ts';
import { UploadIdField, UploadPage, UploadsQuery, UploadStatus } from './schemas.ts';
import type { AskedUpload } from './session-states.ts';

interface ListRouteDeps extends ListUploadsDeps {
  /** The public address of the service, where it is known: links to pages begin with it. */
  linkBase: string;
  /** The URI of a session as this request's client reaches it. */
  sessionUrl(session: string, request: Request): string;
}

const IdParams = z.object({ id: UploadIdField });

/** How a client finds its open uploads again, and ends those that it does not want any more. */
export const uploadListRoutes = (deps: ListRouteDeps): Route[] => [
  defineRoute({
    method: 'get',
    path: '/v1/uploads',
    summary:
      'One page of your open uploads, the latest first, with how far each is. Asking a session how far it ' +
      'is may interrupt a request that sends to it. The sender then asks the session too, and continues.',
    access: 'user',
    scope: 'upload',
    query: UploadsQuery,
    replies: { 200: UploadPage, 304: null },
    errors: ['cursor-invalid', 'cursor-mismatch', 'unavailable'],
    async handle({ query, caller, request }) {
      const { uploads, next, prev } = await listUploads(deps, caller.user, query);
      const items = uploads.map((asked) => present(deps, asked, request));
      return reply({ items, next, prev }, pageLinks(request, { next, prev }, deps.linkBase));
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/uploads/:id',
    summary: 'One upload: how far it is, or which photo it has become. 410 when it can become none any more.',
    access: 'user',
    scope: 'upload',
    params: IdParams,
    replies: { 200: UploadStatus, 304: null },
    errors: ['not-found', 'gone', 'unavailable'],
    handle: async ({ params, caller, request }) =>
      reply(present(deps, await readUpload(deps, caller.user, params.id), request)),
  }),
  defineRoute({
    method: 'delete',
    path: '/v1/uploads/:id',
    summary: 'Ends an upload that is no photo yet, and frees its place at once. May be repeated.',
    access: 'user',
    scope: 'upload',
    params: IdParams,
    replies: { 204: null },
    errors: ['not-found', 'conflict', 'unavailable'],
    async handle({ params, caller }) {
      await cancelUpload(deps, caller.user, params.id);
      return { status: 204 };
    },
  }),
];

const reply = (body: unknown, headers: Record<string, string> = {}) => ({
  status: 200,
  body,
  etag: bodyTag(body),
  // The URI of a session is a credential.
  headers: { ...headers, 'Cache-Control': 'no-store' },
});

function present(deps: ListRouteDeps, { upload, state }: AskedUpload, request: Request): z.input<typeof UploadStatus> {
  const { id, session, bytes, type, sha256, fileName, expiresAt, outcome } = upload;
  const open = state.kind === 'open';
  return {
    id,
    sessionUrl: deps.sessionUrl(session, request),
    expiresAt: new Date(expiresAt).toISOString(),
    bytes,
    type,
    sha256,
    fileName,
    state: outcome ? 'photo' : open ? 'open' : 'complete',
    offset: open ? state.offset : bytes,
    photo: outcome?.photo ?? null,
  };
}
