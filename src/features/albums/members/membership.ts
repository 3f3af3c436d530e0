import type { EntityRef } from '../../../data/model/entity-refs.ts';
import { userRef } from '../../../data/model/entity-refs.ts';
import { packedKind } from '../../../data/model/kind.ts';
import type { Change } from '../../../data/rules/change.ts';
import type { AlbumId, InvitationId, UserId } from '../../../runtime/ids.ts';

/** What a user keeps of an album of another one: that the user is a member, or invited by name. */
export interface Membership {
  album: AlbumId;
  host: UserId;
  /** The open invitation; null for a member. */
  invitation: InvitationId | null;
  /** The `changed` of the host's album when this was written. */
  seen: number;
}

export const MembershipKind = packedKind<Membership>('Membership', {
  version: 1,
  fields: { album: 'string', host: 'string', invitation: 'string|null', seen: 'number' },
});

export const membershipRef = (id: AlbumId): EntityRef<Membership> => ({ kind: MembershipKind, name: id });

/** Writes or deletes a membership, and counts it. */
export async function writeMembership(
  { account, entities }: Change,
  album: AlbumId,
  membership: Membership | undefined,
): Promise<void> {
  const before = await entities.read(membershipRef(album));
  const by = Number(membership !== undefined) - Number(before !== undefined);
  if (before === undefined && membership === undefined) return;
  entities.write(membershipRef(album), membership);
  if (by === 0) return;
  const user = await account.read();
  entities.write(userRef, { ...user, memberships: (user.memberships ?? 0) + by });
}
