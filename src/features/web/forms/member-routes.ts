import { z } from 'zod';
import { editAlbum, type ChangeAlbumDeps } from '../../albums/change-albums.ts';
import { endInvitation, inviteByHandle, inviteByLink } from '../../albums/members/invite.ts';
import { declineInvitation, joinAlbum, openInvitation, receivedInvitations } from '../../albums/members/join.ts';
import { removeMember } from '../../albums/members/leave.ts';
import { listMembers } from '../../albums/members/list-members.ts';
import { presentInvitation } from '../../albums/members/present.ts';
import type { MemberDeps } from '../../albums/members/routes.ts';
import { InvitationIdParam, InvitationToken, MemberParam, NewMember } from '../../albums/members/schemas.ts';
import { createAlbumPresenter } from '../../albums/present.ts';
import { AlbumIdParam } from '../../albums/schemas.ts';
import { readPlainForm } from '../../../http/forms/plain-form.ts';
import { parseInput } from '../../../http/input/read-input.ts';
import { defineRoute, type Reply, type Route } from '../../../http/route.ts';
import type { AlbumId, UserId } from '../../../runtime/ids.ts';
import { renderInvitation, renderInvitations } from '../pages/invitations-page.ts';
import { PEOPLE_DONE, renderPeople, type PeopleDone } from '../pages/people-page.ts';

export interface MemberPageDeps extends MemberDeps, ChangeAlbumDeps {
  publicUrl: string;
}

const MAX_FORM_BYTES = 10_000;

const params = z.object({ id: AlbumIdParam });

/** Links may have any parameters. An unknown value is ignored, not refused. */
const PeopleQuery = z.looseObject({ did: z.enum(PEOPLE_DONE).optional().catch(undefined) });
const InvitationsQuery = z.looseObject({ did: z.literal('declined').optional().catch(undefined) });

/** Routes of the pages on which people share albums with each other. */
export const memberPageRoutes = (deps: MemberPageDeps): Route[] => [
  defineRoute({
    method: 'get',
    path: '/albums/:id/people',
    summary: 'The people of an album, and the forms that invite and remove them.',
    access: 'user',
    scope: 'person',
    documented: false,
    params,
    query: PeopleQuery,
    replies: { 200: 'text/html' },
    errors: ['not-found'],
    async handle({ caller: { user, handle }, params: { id }, query: { did } }) {
      const { view, members } = await listMembers(deps, user, id);
      const album = createAlbumPresenter(deps, user)(view);
      const html = renderPeople({ handle, publicUrl: deps.publicUrl, album, members, did });
      return { status: 200, html, headers: SECRET };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/albums/:id/people',
    summary: 'Does what the button `act` of a form says with the people of an album.',
    access: 'user',
    scope: 'person',
    documented: false,
    params,
    replies: { 303: null },
    errors: ['not-found', 'role-missing', 'conflict', 'too-many-members'],
    async handle({ caller: { user }, params: { id }, request }) {
      const fields = await readPlainForm(request, MAX_FORM_BYTES);
      const { act } = parseInput(PeopleAct, { act: fields.get('act') });
      const did = await ACTS[act](deps, { user, album: id }, fields);
      return seeOther(did === undefined ? '/albums?did=leave' : `/albums/${id}/people?did=${did}`);
    },
  }),
  defineRoute({
    method: 'get',
    path: '/invitations',
    summary: 'The invitations to albums that the caller has received.',
    access: 'user',
    scope: 'person',
    documented: false,
    query: InvitationsQuery,
    replies: { 200: 'text/html' },
    async handle({ caller: { user, handle }, query: { did } }) {
      const invitations = (await receivedInvitations(deps, user)).map(presentInvitation);
      const said = did && 'You have declined the invitation.';
      return { status: 200, html: renderInvitations({ handle, invitations, said }), headers: SECRET };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/invitations/:token',
    summary: 'The page on which a person joins an album.',
    access: 'user',
    scope: 'person',
    documented: false,
    params: InvitationToken,
    replies: { 200: 'text/html' },
    errors: ['not-found'],
    async handle({ caller: { user, handle }, params: { token } }) {
      const invitation = presentInvitation(await openInvitation(deps, user, token));
      return { status: 200, html: renderInvitation(handle, invitation), headers: SECRET };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/invitations/:token',
    summary: 'Joins the album of an invitation, or declines it, from a form.',
    access: 'user',
    scope: 'person',
    documented: false,
    params: InvitationToken,
    replies: { 303: null },
    errors: ['not-found', 'conflict', 'too-many-members', 'busy'],
    async handle({ caller: { user }, params: { token }, request }) {
      const fields = await readPlainForm(request, MAX_FORM_BYTES);
      if (fields.get('act') === 'decline') {
        await declineInvitation(deps, user, token);
        return seeOther('/invitations?did=declined');
      }
      const { host, album } = await joinAlbum(deps, user, token);
      deps.memberGrants.forget(host, album);
      return seeOther(`/albums/${album}?did=joined`);
    },
  }),
];

/** These pages have links that let people in. */
const SECRET = { 'Cache-Control': 'no-store' };

const seeOther = (Location: string): Reply => ({ status: 303, headers: { Location } });

/** Returns what it has done; undefined for a person who has left the album. */
type DoAct = (
  deps: MemberPageDeps,
  own: { user: UserId; album: AlbumId },
  fields: URLSearchParams,
) => Promise<PeopleDone | undefined>;
type ActName = 'invite' | 'link' | 'end' | 'remove' | 'permit' | 'leave';

const ACTS: Record<ActName, DoAct> = {
  async invite(deps, own, fields) {
    const handle = (fields.get('handle') ?? '').trim().toLowerCase();
    const wanted = parseInput(NewMember.required(), { handle, role: fields.get('role') });
    await inviteByHandle(deps, own, wanted);
    return 'invited';
  },
  async link(deps, own, fields) {
    await inviteByLink(deps, own, parseInput(NewMember, { role: fields.get('role') }).role);
    return 'link';
  },
  async end(deps, own, fields) {
    const { invitation } = parseInput(Ended, { invitation: fields.get('invitation') });
    await endInvitation(deps, own, invitation);
    return 'ended';
  },
  async remove(deps, { user: caller, album }, fields) {
    const { user: member } = parseInput(Removed, { user: fields.get('user') });
    await removeMember(deps, { caller, album, member });
    return 'removed';
  },
  async permit(deps, { user, album: id }, fields) {
    await editAlbum(deps, { user, id }, { originals: fields.get('originals') === 'yes' });
    return 'permitted';
  },
  async leave(deps, { user, album }) {
    await removeMember(deps, { caller: user, album, member: user });
    return undefined;
  },
};

const PeopleAct = z.object({ act: z.enum(Object.keys(ACTS) as [ActName, ...ActName[]]) });
const Ended = z.object({ invitation: InvitationIdParam });
const Removed = z.object({ user: MemberParam });
