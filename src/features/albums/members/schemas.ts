import { z } from 'zod';
import { ID_PATTERN, type InvitationId, type UserId } from '../../../runtime/ids.ts';
import { Handle } from '../../accounts/handle.ts';
import { AlbumUser } from '../schemas.ts';
import { MOST_LINKS, MOST_MEMBERS } from './people.ts';

const role = z.enum(['viewer', 'contributor']).describe('Viewers look at the photos, contributors add their own.');

const times = { createdAt: z.string(), expiresAt: z.string().describe('When it ends: 14 days after it was made.') };

export const NewMember = z
  .strictObject({
    handle: Handle.optional().describe('Whom to invite. Without it a link is made.'),
    role: role.default('viewer'),
  })
  .meta({ id: 'NewMember' });

export const AlbumLink = z
  .object({
    id: z.string(),
    role,
    token: z.string().describe('Joins the album at `POST /v1/invitations/{token}`, for every user who has it.'),
    url: z.string().describe('The page on which people join. Absolute where the service knows its public address.'),
    ...times,
  })
  .meta({ id: 'AlbumLink' });
export type AlbumLink = z.infer<typeof AlbumLink>;

export const AlbumMember = AlbumUser.extend({
  role: z.enum(['owner', 'viewer', 'contributor']),
  state: z.enum(['member', 'invited']),
  invitation: z.string().nullable().describe('The id of the open invitation; null for a member.'),
  since: z.string().describe('When the user joined, or was invited.'),
  count: z.int().describe("The user's photos in the album, without those in the trash."),
}).meta({ id: 'AlbumMember' });
export type AlbumMember = z.infer<typeof AlbumMember>;

export const AlbumMembers = z
  .object({
    items: z
      .array(AlbumMember)
      .describe(`The owner first. There are at most ${MOST_MEMBERS} others. Only the owner sees who is invited.`),
    links: z.array(AlbumLink).describe(`Open links, at most ${MOST_LINKS}. Only the owner sees them.`),
    next: z.null(),
    prev: z.null(),
  })
  .meta({ id: 'AlbumMembers' });
export type AlbumMembers = z.infer<typeof AlbumMembers>;

export const Invited = z
  .object({
    member: AlbumMember.optional().describe('The user who is invited by handle.'),
    link: AlbumLink.optional().describe('The link, where no handle was sent.'),
  })
  .meta({ id: 'Invited' });

export const ReceivedInvitation = z
  .object({
    token: z.string().describe('Send it to `POST /v1/invitations/{token}` to join.'),
    title: z.string().describe('Of the album.'),
    role,
    owner: AlbumUser,
    ...times,
  })
  .meta({ id: 'ReceivedInvitation' });
export type ReceivedInvitation = z.infer<typeof ReceivedInvitation>;

export const ReceivedInvitations = z.object({
  items: z.array(ReceivedInvitation).describe('The latest first.'),
  next: z.null(),
  prev: z.null(),
});

export const InvitationToken = z.object({
  token: z.string().max(200).describe('The token of an invitation: the end of its address.'),
});

export const MemberParam = z
  .string()
  .regex(ID_PATTERN, 'The id of a user has 16 letters and digits.')
  .describe('The id of a user.')
  .transform((id) => id as UserId);

export const InvitationIdParam = z
  .string()
  .regex(ID_PATTERN, 'The id of an invitation has 16 letters and digits.')
  .describe('The id of an invitation.')
  .transform((id) => id as InvitationId);
