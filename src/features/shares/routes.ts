import { z } from 'zod';
import { bodyTag, IF_MATCH_HEADER } from '../../http/replies/conditional.ts';
import { pageLinks } from '../../http/replies/link.ts';
import { IDEMPOTENCY_HEADER, idempotencyKeyOf, replayHeader } from '../../http/input/idempotency-key.ts';
import { defineRoute, type Reply, type Route } from '../../http/route.ts';
import type { CookieDeps } from '../accounts/cookies.ts';
import { UploadFields } from '../photos/schemas.ts';
import { UPLOAD_ERRORS } from '../photos/uploading-routes.ts';
import type { PresentDeps } from '../photos/present.ts';
import { createShare, deleteShare, editShare, type ChangeShareDeps } from './change-shares.ts';
import { uploadByGuest, type GuestUploadDeps } from './guest-upload.ts';
import { headOf } from './head.ts';
import { createSharePresenter } from './present.ts';
import { listShares, openShare, readSharedPhotos } from './read-shares.ts';
import * as schemas from './schemas.ts';
import { unlockCookie, unlockOf } from './unlock-cookie.ts';
import { unlockShare, type UnlockDeps } from './unlock.ts';
import type { Views } from './views.ts';

interface ShareDeps extends ChangeShareDeps, GuestUploadDeps, UnlockDeps, PresentDeps, CookieDeps {
  shareViews: Views;
}

const params = z.object({ id: schemas.ShareIdParam });

const UNLOCK_HEADER = { 'Share-Unlock': 'What `POST …/unlock` has returned, for a share with a password.' };

export const shareRoutes = (deps: ShareDeps): Route[] => [
  defineRoute({
    method: 'post',
    path: '/v1/shares',
    summary: 'Makes a link by which guests see some photos, an album or your timeline.',
    access: 'user',
    scope: 'share',
    headers: IDEMPOTENCY_HEADER,
    body: schemas.NewShare,
    replies: { 201: schemas.Share },
    errors: ['not-found', 'too-many-shares', 'idempotency-mismatch'],
    async handle({ body, caller, request }) {
      const { share, replayed } = await createShare(deps, caller.user, body, idempotencyKeyOf(request));
      const reply = itemReply(createSharePresenter(deps, caller.user)(share));
      return { ...reply, status: 201, headers: { ...reply.headers, ...replayHeader(replayed) } };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/shares',
    summary: 'Your shares, the one that was made last first.',
    access: 'user',
    scope: 'share',
    replies: { 200: schemas.SharesPage, 304: null },
    async handle({ caller }) {
      const shares = await listShares(deps, caller.user);
      const body = { items: shares.map(createSharePresenter(deps, caller.user)), next: null, prev: null };
      return { status: 200, body, etag: bodyTag(body), headers: PRIVATE };
    },
  }),
  defineRoute({
    method: 'patch',
    path: '/v1/shares/:id',
    summary: 'Changes title, end, password or rights of a share.',
    access: 'user',
    scope: 'share',
    headers: IF_MATCH_HEADER,
    params,
    body: schemas.ShareEdit,
    replies: { 200: schemas.Share },
    errors: ['not-found', 'precondition-failed'],
    async handle({ params: { id }, body, caller: { user }, request }) {
      const present = createSharePresenter(deps, user);
      const target = { id, ifMatch: request.get('If-Match'), show: present };
      return itemReply(present(await editShare(deps, user, target, body)));
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/v1/shares/:id',
    summary: 'Revokes a share. Guests find nothing in their next request, and pictures are refused within a minute.',
    access: 'user',
    scope: 'share',
    params,
    replies: { 204: null },
    errors: ['not-found'],
    async handle({ params: { id }, caller }) {
      await deleteShare(deps, caller.user, id);
      return { status: 204 };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/shared/:token',
    summary: 'A share, for a guest.',
    access: 'public',
    params: schemas.ShareTokenParam,
    headers: UNLOCK_HEADER,
    replies: { 200: schemas.SharedHead, 304: null },
    errors: ['not-found', 'gone', 'share-locked'],
    async handle({ params: { token }, request }) {
      const opened = await openShare(deps, token, unlockOf(deps, request, token));
      await deps.shareViews.count(opened.name);
      const body = await headOf(deps, opened);
      return { status: 200, body, etag: bodyTag(body), headers: PRIVATE };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/shared/:token/photos',
    summary: 'One page of the photos of a share, for a guest.',
    access: 'public',
    params: schemas.ShareTokenParam,
    query: schemas.SharedQuery,
    headers: UNLOCK_HEADER,
    replies: { 200: schemas.GuestPage, 304: null },
    errors: ['not-found', 'gone', 'share-locked', 'cursor-invalid', 'cursor-mismatch'],
    async handle({ params: { token }, query, request }) {
      const opened = await openShare(deps, token, unlockOf(deps, request, token));
      const { items, next, prev } = await readSharedPhotos(deps, opened, query);
      const body = { items, next, prev };
      const headers = { ...PRIVATE, ...pageLinks(request, { next, prev }, deps.linkBase) };
      return { status: 200, body, etag: bodyTag(body), headers };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/shared/:token/photos',
    summary: "Uploads one photo of a guest into the library of the share's owner, and into the shared album.",
    access: 'public',
    work: 'uploads',
    params: schemas.ShareTokenParam,
    headers: UNLOCK_HEADER,
    form: { fields: UploadFields, files: { image: { required: true, description: 'The picture.' } } },
    replies: { 201: schemas.Received },
    errors: ['not-found', 'gone', 'share-locked', 'scope-missing', ...UPLOAD_ERRORS],
    async handle({ params: { token }, request }) {
      await uploadByGuest(deps, token, unlockOf(deps, request, token), request);
      return { status: 201, body: { status: 'received' } };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/shared/:token/unlock',
    summary: 'Opens a share that has a password, for an hour. Takes ten guesses a minute.',
    access: 'public',
    params: schemas.ShareTokenParam,
    body: schemas.Unlocking,
    replies: { 200: schemas.Unlocked },
    errors: ['not-found', 'gone', 'share-locked', 'rate-limited'],
    async handle({ params: { token }, body }) {
      const { unlock, expiresAt } = await unlockShare(deps, token, body.password);
      return {
        status: 200,
        body: { unlock, expiresAt: new Date(expiresAt).toISOString() },
        headers: { 'Cache-Control': 'no-store', 'Set-Cookie': unlockCookie(deps, token, unlock) },
      };
    },
  }),
];

const PRIVATE = { 'Cache-Control': 'private, no-cache' };

const itemReply = (body: schemas.Share): Reply => ({
  status: 200,
  body,
  etag: `${body.revision}.${bodyTag(body)}`,
  headers: { 'Cache-Control': 'no-store' },
});
