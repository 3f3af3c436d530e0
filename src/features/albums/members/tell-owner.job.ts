import { z } from 'zod';
import { defineJob, UserIdText } from '../../../background/define-job.ts';
import type { Library } from '../../../data/commit/group-commit.ts';
import { isAbsence } from '../../../data/rules/erasure.ts';
import type { Store } from '../../../data/read/store.ts';
import { albumRef, requireOwnAlbum, tellOwnerRef, writeAlbum } from '../album.ts';
import { AlbumIdParam } from '../schemas.ts';
import { albumPeopleRef } from './people.ts';

interface TellOwnerDeps {
  store: Store;
  library: Library;
}

/** Brings a change of a member's part to the album, and so to the feeds of its owner and of its other members. */
export const tellOwner = defineJob({
  ...tellOwnerRef,
  payload: z.object({ user: UserIdText, album: AlbumIdParam, member: UserIdText }),
  async run({ store, library }: TellOwnerDeps, { user, album: id, member }) {
    const part = await store.entity(member, albumRef(id));
    if (!part) return 'nothing-to-do';
    try {
      return await library.commit(
        user,
        async (change) => {
          const album = await requireOwnAlbum(change, id);
          const people = await change.entities.read(albumPeopleRef(id));
          const known = people?.members.find((each) => each.user === member);
          // One task tells of all changes so far.
          if (!people || !known || (known.heard ?? 0) >= part.changed) return 'nothing-to-do';
          const members = people.members.map((each) => (each === known ? { ...each, heard: part.changed } : each));
          change.entities.write(albumPeopleRef(id), { ...people, members });
          await writeAlbum(change, album);
          return 'told';
        },
        [albumRef(id), albumPeopleRef(id)],
      );
    } catch (error) {
      if (!isAbsence(error)) throw error;
      return 'nothing-to-do';
    }
  },
});
