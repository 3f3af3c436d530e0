import type { Request } from 'express';
import type { Admission } from '../../http/admission/admission.ts';
import { IDEMPOTENCY_HEADER, idempotencyKeyOf, replayHeader } from '../../http/input/idempotency-key.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import { isLoopbackOrigin } from '../../runtime/loopback.ts';
import { createPresenter, type PresentDeps } from '../photos/present.ts';
import { finishUploads, type FinishResult, type FinishDeps } from './finish-uploads.ts';
import { uploadListRoutes } from './list-routes.ts';
import { openUpload, type OpenUploadDeps } from './open-upload.ts';
import { BatchReply, BatchRequest, OpenedUpload, UploadRequest } from './schemas.ts';
import { throughApp } from './session-proxy.ts';

interface OriginDeps {
  profile: 'local' | 'google';
  https: boolean;
}

interface UploadsDeps extends OriginDeps, OpenUploadDeps, FinishDeps, PresentDeps {
  /** Origins of web apps, besides that of our own pages. */
  allowedOrigins: readonly string[];
  admission: Pick<Admission, 'uploads'>;
}

export const uploadRoutes = (deps: UploadsDeps): Route[] => [
  ...uploadListRoutes({ ...deps, sessionUrl: (session, request) => sessionUrlOf(deps, session, request) }),
  defineRoute({
    method: 'post',
    path: '/v1/uploads',
    summary: 'Opens a resumable session straight to the bucket: for large files and for flaky networks.',
    access: 'user',
    scope: 'upload',
    headers: IDEMPOTENCY_HEADER,
    body: UploadRequest,
    replies: { 201: OpenedUpload },
    errors: ['file-too-large', 'quota-exceeded', 'service-full', 'too-many-uploads', 'idempotency-mismatch', 'gone'],
    async handle({ body, caller, request }) {
      const { upload, replayed } = await openUpload(deps, caller.user, {
        wanted: body,
        origin: originAtBucket(deps, request),
        idempotencyKey: idempotencyKeyOf(request),
      });
      const { id, session, expiresAt } = upload;
      const sessionUrl = sessionUrlOf(deps, session, request);
      return {
        status: 201,
        body: { id, sessionUrl, expiresAt: new Date(expiresAt).toISOString() },
        headers: { Location: `/v1/uploads/${id}`, ...replayHeader(replayed), 'Cache-Control': 'no-store' },
      };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/photos/batch',
    summary: 'Turns finished uploads into photos, with a result for each.',
    access: 'user',
    scope: 'upload',
    work: 'uploads',
    headers: IDEMPOTENCY_HEADER,
    body: BatchRequest,
    replies: { 200: BatchReply },
    errors: ['idempotency-mismatch'],
    async handle({ body, caller, request }) {
      const idempotencyKey = idempotencyKeyOf(request);
      const { results, replayed } = await deps.admission.uploads.runAdmitted(() =>
        finishUploads(deps, caller.user, { items: body.items, idempotencyKey }),
      );
      const present = createPresenter(deps, caller.user, caller.handle);
      const shown = (result: FinishResult) =>
        'photo' in result ? { status: result.status, photo: present(result.photo) } : result;
      return {
        status: 200,
        body: { results: results.map(shown) },
        headers: replayHeader(replayed),
      };
    },
  }),
];

/**
 * The URI of a session as the client of a request reaches it. In the local profile the bucket's own address may be known to
 * this machine alone.
 */
export const sessionUrlOf = (deps: OriginDeps & Pick<UploadsDeps, 'signingKeys'>, session: string, request: Request) =>
  deps.profile === 'local' ? throughApp(deps, session, ownOrigin(deps, request)) : session;

/** The origin whose pages may send to the bucket itself: our own or that of a web app, if the bucket answers it. */
function originAtBucket(deps: UploadsDeps, request: Request): string | undefined {
  const own = ownOrigin(deps, request);
  const origin = request.get('Origin');
  if (origin !== undefined && deps.profile === 'google' && deps.allowedOrigins.includes(origin)) return origin;
  if (origin !== own) return undefined;
  // Off loopback the stand-in answers no page. Pages send through this app, so they need no permission there.
  return deps.profile === 'google' || isLoopbackOrigin(own) ? own : undefined;
}

/** The origin of our own pages, as the client of a request reaches them. */
export const ownOrigin = ({ https }: Pick<OriginDeps, 'https'>, request: Request) =>
  `${https ? 'https' : 'http'}://${request.headers.host}`;
