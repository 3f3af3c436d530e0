import type { Request } from 'express';
import { IF_MATCH_HEADER } from '../../http/replies/conditional.ts';
import { defineRoute, type Caller, type Reply, type Route } from '../../http/route.ts';
import type { Library } from '../../data/commit/group-commit.ts';
import type { PhotoId } from '../../runtime/ids.ts';
import type { Photo as StoredPhoto } from '../../data/model/records.ts';
import type { Store } from '../../data/read/store.ts';
import { z } from 'zod';
import { batchRoutes } from './batch-routes.ts';
import { definedFields } from '../../runtime/defined-fields.ts';
import { editPhoto, restorePhoto, retryPhoto, trashPhoto, type Target } from './edit-photo.ts';
import { imageRoute, type ImageDeps } from './image-route.ts';
import { createPresenter, currentOf, photoTag, type PresentDeps } from './present.ts';
import { preconditionOf } from './precondition.ts';
import { requirePhoto } from './require-photo.ts';
import * as schemas from './schemas.ts';
import type { UploadDeps } from './upload-photo.ts';
import { uploadingRoutes } from './uploading-routes.ts';

interface PhotoDeps extends UploadDeps, ImageDeps, PresentDeps {
  store: Store;
  library: Library;
  limits: UploadDeps['limits'] & ImageDeps['limits'];
}

const IdParams = z.object({ id: schemas.PhotoIdParam });

export const photoRoutes = (deps: PhotoDeps): Route[] => [
  ...uploadingRoutes(deps),
  ...batchRoutes(deps),
  defineRoute({
    method: 'get',
    path: '/v1/photos/:id',
    summary: 'One photo.',
    access: 'user',
    scope: 'read',
    params: IdParams,
    replies: { 200: schemas.Photo, 304: null },
    errors: ['not-found', 'gone'],
    handle: async ({ params, caller }) =>
      itemReply(deps, caller.handle, await requirePhoto(deps, caller.user, params.id)),
  }),
  defineRoute({
    method: 'patch',
    path: '/v1/photos/:id',
    summary: 'Changes what the owner may change.',
    access: 'user',
    scope: 'edit',
    headers: IF_MATCH_HEADER,
    params: IdParams,
    body: schemas.PhotoEdit,
    replies: { 200: schemas.Photo },
    errors: ['not-found', 'gone', 'precondition-failed'],
    async handle({ params, body, caller, request }) {
      const photo = await editPhoto(deps, targetOf(deps, caller, params.id, request), definedFields(body));
      return itemReply(deps, caller.handle, photo);
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/v1/photos/:id',
    summary: 'Moves the photo to the trash. May be repeated.',
    access: 'user',
    scope: 'delete',
    headers: IF_MATCH_HEADER,
    params: IdParams,
    replies: { 204: null },
    errors: ['not-found', 'gone', 'precondition-failed'],
    async handle({ params, caller, request }) {
      await trashPhoto(deps, targetOf(deps, caller, params.id, request));
      return { status: 204 };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/photos/:id/restore',
    summary: 'Takes the photo out of the trash.',
    access: 'user',
    scope: 'edit',
    headers: IF_MATCH_HEADER,
    params: IdParams,
    replies: { 200: schemas.Photo },
    errors: ['not-found', 'gone', 'precondition-failed'],
    async handle({ params, caller, request }) {
      return itemReply(deps, caller.handle, await restorePhoto(deps, targetOf(deps, caller, params.id, request)));
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/photos/:id/retry',
    summary: 'Starts another attempt to make the smaller sizes of a photo that has none. May be repeated.',
    access: 'user',
    scope: 'edit',
    params: IdParams,
    replies: { 202: schemas.Photo },
    errors: ['not-found', 'gone', 'conflict', 'digest-mismatch'],
    handle: async ({ params, caller }) => ({
      ...itemReply(deps, caller.handle, await retryPhoto(deps, caller.user, params.id)),
      status: 202,
    }),
  }),
  imageRoute(deps),
];

/** The caller's photo that a request changes, under the condition that its `If-Match` makes. */
export function targetOf(deps: PresentDeps, { user, handle }: Caller, id: PhotoId, request: Request): Target {
  return { user, id, precondition: preconditionOf(request.get('If-Match'), currentOf(deps, user, handle)) };
}

function itemReply(deps: PhotoDeps, handle: string, photo: StoredPhoto): Reply {
  return {
    status: 200,
    body: createPresenter(deps, photo.user, handle)(photo),
    etag: photoTag(deps, photo),
    headers: { 'Cache-Control': 'private, no-cache' },
  };
}
