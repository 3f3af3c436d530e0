import { z } from 'zod';
import { bodyTag } from '../../../http/replies/conditional.ts';
import { defineRoute, type Route } from '../../../http/route.ts';
import type { AlbumId, UserId } from '../../../runtime/ids.ts';
import type { PresentDeps } from '../../photos/present.ts';
import { createAlbumPresenter } from '../present.ts';
import { resultsReply } from '../results-reply.ts';
import { Album, AlbumIdParam, CopyPhotos, CopyReply } from '../schemas.ts';
import { endInvitation, inviteByHandle, inviteByLink } from './invite.ts';
import { declineInvitation, joinAlbum, openInvitation, receivedInvitations, type JoinDeps } from './join.ts';
import { removeMember } from './leave.ts';
import { startCopies, type StartCopiesDeps } from './start-copies.ts';
import { listMembers } from './list-members.ts';
import { presentInvitation, presentLink } from './present.ts';
import * as schemas from './schemas.ts';
import { readAlbumView } from './view.ts';

export interface MemberDeps extends JoinDeps, PresentDeps, StartCopiesDeps {
  memberGrants: { forget(host: UserId, album: AlbumId): void };
}

const params = z.object({ id: AlbumIdParam });

const PRIVATE = { 'Cache-Control': 'private, no-cache' };
const SECRET = { 'Cache-Control': 'no-store' };

/** Routes of the people of albums, and of invitations. */
export const memberRoutes = (deps: MemberDeps): Route[] => [
  defineRoute({
    method: 'post',
    path: '/v1/albums/:id/members',
    summary:
      'Invites a user to your album by handle, or makes a link by which users join. May be repeated for a handle.',
    access: 'user',
    scope: 'person',
    params,
    body: schemas.NewMember,
    replies: { 201: schemas.Invited },
    errors: ['not-found', 'role-missing', 'conflict', 'too-many-members'],
    async handle({ params: { id: album }, body: { handle, role }, caller: { user } }) {
      const own = { user, album };
      if (handle === undefined) {
        const link = presentLink(deps, { host: user, album }, await inviteByLink(deps, own, role));
        return { status: 201, body: { link }, headers: SECRET };
      }
      const { id } = await inviteByHandle(deps, own, { handle, role });
      const { members } = await listMembers(deps, user, album);
      const member = members.items.find(({ invitation }) => invitation === id);
      return { status: 201, body: { member }, headers: SECRET };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/albums/:id/members',
    summary: 'The people of an album that you see. Its owner also sees who is invited, and the open links.',
    access: 'user',
    scope: 'read',
    params,
    replies: { 200: schemas.AlbumMembers, 304: null },
    errors: ['not-found'],
    async handle({ params: { id }, caller }) {
      const { members: body } = await listMembers(deps, caller.user, id);
      // A link is a secret that a token may not get: it makes no members.
      const shown = caller.token === undefined ? body : { ...body, links: [] };
      return { status: 200, body: shown, etag: bodyTag(shown), headers: PRIVATE };
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/v1/albums/:id/members/:user',
    summary:
      'Removes a member from your album, or you from that of another user. The photos of that user leave with the user. ' +
      'Pictures of the album are refused to the user within a minute.',
    access: 'user',
    scope: 'person',
    params: z.object({ id: AlbumIdParam, user: schemas.MemberParam }),
    replies: { 204: null },
    errors: ['not-found', 'role-missing'],
    async handle({ params: { id: album, user: member }, caller }) {
      await removeMember(deps, { caller: caller.user, album, member });
      return { status: 204 };
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/v1/albums/:id/invitations/:invitation',
    summary: 'Ends an open invitation to your album: that of a user, or a link.',
    access: 'user',
    scope: 'person',
    params: z.object({ id: AlbumIdParam, invitation: schemas.InvitationIdParam }),
    replies: { 204: null },
    errors: ['not-found', 'role-missing'],
    async handle({ params: { id: album, invitation }, caller: { user } }) {
      await endInvitation(deps, { user, album }, invitation);
      return { status: 204 };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/albums/:id/photos/copy',
    summary:
      'Copies up to 50 photos of other users of an album into your library, by tasks, with a result for each. They keep ' +
      'dates and texts, and count in your quota. Photos that you have already stay one. May be repeated.',
    access: 'user',
    scope: 'upload',
    params,
    body: CopyPhotos,
    replies: { 202: CopyReply },
    errors: ['not-found', 'quota-exceeded', 'service-full'],
    async handle({ params: { id: album }, body: { ids, member }, caller: { user } }) {
      return resultsReply(202, await startCopies(deps, { user, album, ids, member }));
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/invitations',
    summary: 'The open invitations to albums that you have received by handle, the latest first.',
    access: 'user',
    scope: 'person',
    replies: { 200: schemas.ReceivedInvitations, 304: null },
    async handle({ caller: { user } }) {
      const items = (await receivedInvitations(deps, user)).map(presentInvitation);
      const body = { items, next: null, prev: null };
      return { status: 200, body, etag: bodyTag(body), headers: SECRET };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/invitations/:token',
    summary: 'What an invitation is to. A wrong token costs no lookup.',
    access: 'user',
    scope: 'person',
    params: schemas.InvitationToken,
    replies: { 200: schemas.ReceivedInvitation, 304: null },
    errors: ['not-found'],
    async handle({ params: { token }, caller: { user } }) {
      const body = presentInvitation(await openInvitation(deps, user, token));
      return { status: 200, body, etag: bodyTag(body), headers: SECRET };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/invitations/:token',
    summary: 'Joins the album of an invitation. May be repeated.',
    access: 'user',
    scope: 'person',
    params: schemas.InvitationToken,
    replies: { 200: Album },
    errors: ['not-found', 'conflict', 'too-many-members', 'busy'],
    async handle({ params: { token }, caller: { user } }) {
      const { host, album } = await joinAlbum(deps, user, token);
      deps.memberGrants.forget(host, album);
      const body = createAlbumPresenter(deps, user)(await readAlbumView(deps, user, album));
      return { status: 200, body, headers: SECRET };
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/v1/invitations/:token',
    summary: 'Declines an invitation that you have received by handle.',
    access: 'user',
    scope: 'person',
    params: schemas.InvitationToken,
    replies: { 204: null },
    errors: ['not-found'],
    async handle({ params: { token }, caller: { user } }) {
      await declineInvitation(deps, user, token);
      return { status: 204 };
    },
  }),
];
