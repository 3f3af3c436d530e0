import type { User } from '../../../data/model/records.ts';
import type { AlbumId, UserId } from '../../../runtime/ids.ts';
import { writeInvitationToken } from '../../../signing/invitation-token.ts';
import type { SigningKeys } from '../../../signing/keys.ts';
import type { AlbumUser } from '../schemas.ts';
import type { OpenInvitation } from './join.ts';
import type { AlbumInvitation } from './people.ts';
import type { AlbumLink, ReceivedInvitation } from './schemas.ts';

export interface LinkDeps {
  signingKeys: SigningKeys;
  /** How links begin: the public address of the service, or empty for relative ones. */
  linkBase: string;
}

/** What people of an album see of a user. */
export const albumUser = (user: UserId, { handle, displayName }: User): AlbumUser => ({ user, handle, displayName });

/** What the owner of an album sees of a link to join it. */
export function presentLink(
  { signingKeys, linkBase }: LinkDeps,
  { host, album }: { host: UserId; album: AlbumId },
  { id, role, createdAt, expiresAt }: AlbumInvitation,
): AlbumLink {
  const token = writeInvitationToken(signingKeys, { host, album, invitation: id });
  return { id, role, token, url: `${linkBase}/invitations/${token}`, ...times({ createdAt, expiresAt }) };
}

/** What a user sees of an invitation before joining. */
export const presentInvitation = ({ token, name, invitation, album, owner }: OpenInvitation): ReceivedInvitation => ({
  token,
  title: album.title,
  role: invitation.role,
  owner: albumUser(name.host, owner),
  ...times(invitation),
});

const times = ({ createdAt, expiresAt }: Pick<AlbumInvitation, 'createdAt' | 'expiresAt'>) => ({
  createdAt: new Date(createdAt).toISOString(),
  expiresAt: new Date(expiresAt).toISOString(),
});
