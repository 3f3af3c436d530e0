import { AppError } from '../../../runtime/errors.ts';
import type { AlbumId, UserId } from '../../../runtime/ids.ts';
import { albumRef, requireOwnAlbum, existing, ownersOnly } from '../album.ts';
import { removeUser } from './drop-person.ts';
import { followAlbum } from './follow-album.ts';
import type { InviteDeps } from './invite.ts';
import { albumPeopleRef } from './people.ts';

interface RemoveMemberDeps extends InviteDeps {
  /** Forgets what this instance keeps of the people of an album. */
  memberGrants: { forget(host: UserId, album: AlbumId): void };
}

/**
 * Removes a user from an album: by its owner, or the user who leaves. The user's photos of the album leave with the user,
 * and an open invitation ends.
 * @throws AppError not-found; role-missing for a member who is to be removed by another member
 */
export async function removeMember(
  deps: RemoveMemberDeps,
  { caller, album: id, member }: { caller: UserId; album: AlbumId; member: UserId },
): Promise<void> {
  const own = existing(await deps.store.entity(caller, albumRef(id)));
  if (own.host !== undefined && member !== caller) throw ownersOnly();
  const host = own.host ?? caller;
  const isRemoved = await deps.library.commit(
    host,
    async (change) => removeUser(change, await requireOwnAlbum(change, id), member),
    [albumRef(id), albumPeopleRef(id)],
  );
  deps.memberGrants.forget(host, id);
  await followAlbum(deps, { user: member, host, album: id });
  if (!isRemoved) throw new AppError('not-found', 'There is no such member.');
}
