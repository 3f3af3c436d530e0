import { isAbsence } from '../../../data/rules/erasure.ts';
import type { Library } from '../../../data/commit/group-commit.ts';
import type { Change } from '../../../data/rules/change.ts';
import type { AlbumId, UserId } from '../../../runtime/ids.ts';
import { albumRef, requireOwnAlbum, type Album } from '../album.ts';
import { albumPeopleRef, readPeople, usersIn, writePeople, type AlbumPeople } from './people.ts';

/** A user in an album of another one. */
interface PersonOfAlbum {
  user: UserId;
  host: UserId;
  album: AlbumId;
}

/** Takes a user out of an album, with the user's invitations. Does nothing where there is no such album or user. */
export async function dropPerson(
  { library }: { library: Library },
  { user, host, album }: PersonOfAlbum,
): Promise<void> {
  try {
    await library.commit(
      host,
      async (change) => {
        const found = await requireOwnAlbum(change, album);
        await removeUser(change, found, user);
      },
      [albumRef(album), albumPeopleRef(album)],
    );
  } catch (error) {
    if (!isAbsence(error)) throw error;
  }
}

/** Takes a user out of the people of an album, in a change of its owner. Returns whether the user was among them. */
export async function removeUser(change: Change, album: Album, user: UserId): Promise<boolean> {
  const people = await readPeople(change, album.id);
  if (!usersIn(people).includes(user)) return false;
  const others: AlbumPeople = {
    album: album.id,
    members: people.members.filter((member) => member.user !== user),
    invitations: people.invitations.filter((invitation) => invitation.user !== user),
  };
  await writePeople(change, album, others);
  return true;
}
