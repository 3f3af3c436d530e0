import { z } from 'zod';
import { bodyTag, IF_MATCH_HEADER } from '../../http/replies/conditional.ts';
import { IDEMPOTENCY_HEADER, idempotencyKeyOf, replayHeader } from '../../http/input/idempotency-key.ts';
import { defineRoute, type Reply, type Route } from '../../http/route.ts';
import type { Request } from 'express';
import { isShared } from './album.ts';
import { createAlbum, deleteAlbum, editAlbum, type AlbumCondition, type ChangeAlbumDeps } from './change-albums.ts';
import { addPhotos, removePhotos, type AlbumPhotosDeps } from './change-photos.ts';
import { albumPhotosReply, albumsReply, type AlbumPageDeps } from './page-reply.ts';
import { albumTag, createAlbumPresenter } from './present.ts';
import { ownView, readAlbumView, type AlbumView } from './members/view.ts';
import { resultsReply } from './results-reply.ts';
import * as schemas from './schemas.ts';

interface AlbumDeps extends ChangeAlbumDeps, AlbumPhotosDeps, AlbumPageDeps {}

const params = z.object({ id: schemas.AlbumIdParam });

export const albumRoutes = (deps: AlbumDeps): Route[] => [
  defineRoute({
    method: 'post',
    path: '/v1/albums',
    summary: 'Makes an album without photos.',
    access: 'user',
    scope: 'edit',
    headers: IDEMPOTENCY_HEADER,
    body: schemas.NewAlbum,
    replies: { 201: schemas.Album },
    errors: ['too-many-albums', 'idempotency-mismatch', 'not-found'],
    async handle({ body, caller, request }) {
      const { album, replayed } = await createAlbum(deps, caller.user, body, idempotencyKeyOf(request));
      const reply = itemReply(deps, ownView(album));
      const headers = { ...reply.headers, Location: `/v1/albums/${album.id}`, ...replayHeader(replayed) };
      return { ...reply, status: 201, headers };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/albums',
    summary: 'One page of your albums, the one that was made last first.',
    access: 'user',
    scope: 'read',
    work: 'inside',
    query: schemas.AlbumsQuery,
    replies: { 200: schemas.AlbumsPage, 304: null },
    errors: ['cursor-invalid', 'cursor-mismatch'],
    handle: ({ query, caller, request }) => albumsReply(deps, caller.user, query, request),
  }),
  defineRoute({
    method: 'get',
    path: '/v1/albums/:id',
    summary: 'One album.',
    access: 'user',
    scope: 'read',
    params,
    replies: { 200: schemas.Album, 304: null },
    errors: ['not-found'],
    handle: async ({ params: { id }, caller }) => itemReply(deps, await readAlbumView(deps, caller.user, id)),
  }),
  defineRoute({
    method: 'patch',
    path: '/v1/albums/:id',
    summary: 'Changes title, description, order or cover of an album.',
    access: 'user',
    scope: 'edit',
    headers: IF_MATCH_HEADER,
    params,
    body: schemas.AlbumEdit,
    replies: { 200: schemas.Album },
    errors: ['not-found', 'role-missing', 'conflict', 'precondition-failed'],
    async handle({ params: { id }, body, caller: { user }, request }) {
      const album = await editAlbum(deps, { user, id }, body, conditionOf(deps, request));
      return itemReply(deps, isShared(album) ? await readAlbumView(deps, user, id) : ownView(album));
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/v1/albums/:id',
    summary: 'Deletes an album. Its photos stay where they are.',
    access: 'user',
    scope: 'delete',
    headers: IF_MATCH_HEADER,
    params,
    replies: { 204: null },
    errors: ['not-found', 'role-missing', 'precondition-failed'],
    async handle({ params: { id }, caller: { user }, request }) {
      await deleteAlbum(deps, { user, id }, conditionOf(deps, request));
      return { status: 204 };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/albums/:id/photos',
    summary: 'One page of the photos of an album, in its order. Archived photos are among them.',
    access: 'user',
    scope: 'read',
    work: 'inside',
    params,
    query: schemas.AlbumPhotosQuery,
    replies: { 200: schemas.AlbumPhotosPage, 304: null },
    errors: ['not-found', 'cursor-invalid', 'cursor-mismatch'],
    handle: ({ params: { id }, query, caller, request }) => albumPhotosReply(deps, caller.user, id, query, request),
  }),
  defineRoute({
    method: 'post',
    path: '/v1/albums/:id/photos',
    summary: 'Adds up to 50 photos to an album, with a result for each. May be repeated.',
    access: 'user',
    scope: 'edit',
    params,
    body: schemas.AddPhotos,
    replies: { 200: schemas.AddReply },
    errors: ['not-found', 'role-missing', 'conflict', 'busy'],
    async handle({ params: { id: album }, body: { ids, after }, caller: { user } }) {
      return resultsReply(200, await addPhotos(deps, { user, album, ids }, after));
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/albums/:id/photos/remove',
    summary: 'Takes up to 50 photos out of an album, with a result for each. The photos stay. May be repeated.',
    access: 'user',
    scope: 'edit',
    params,
    body: schemas.RemovePhotos,
    replies: { 200: schemas.RemoveReply },
    errors: ['not-found', 'role-missing'],
    async handle({ params: { id: album }, body: { ids, member }, caller: { user } }) {
      return resultsReply(200, await removePhotos(deps, { user, album, ids, member }));
    },
  }),
];

function itemReply(deps: AlbumDeps, view: AlbumView): Reply {
  const { body, etag } = shownAs(deps, view);
  return { status: 200, body, etag, headers: { 'Cache-Control': 'private, no-cache' } };
}

/** A shared album depends on what others have in it: its tag is one of the whole body. */
function shownAs(deps: AlbumDeps, view: AlbumView): { body: schemas.Album; etag: string } {
  const { own, together } = view;
  const body = createAlbumPresenter(deps, own.user)(view);
  return { body, etag: together ? `${own.revision}.${bodyTag(body)}` : albumTag(deps, own) };
}

const conditionOf = (deps: AlbumDeps, request: Request): AlbumCondition => ({
  ifMatch: request.get('If-Match'),
  show: (album) => shownAs(deps, ownView(album)),
});
