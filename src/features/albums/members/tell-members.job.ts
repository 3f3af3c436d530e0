import { z } from 'zod';
import { defineJob, UserIdText } from '../../../background/define-job.ts';
import { tellMembersRef } from '../album.ts';
import { AlbumIdParam } from '../schemas.ts';
import { followAlbum, type FollowDeps } from './follow-album.ts';
import { albumPeopleRef } from './people.ts';

/** Brings a change of an album to the users who are in it, or were: to what they keep of it, and so to their feeds. */
export const tellMembers = defineJob({
  ...tellMembersRef,
  payload: z.object({ user: UserIdText, album: AlbumIdParam, people: z.array(UserIdText).optional() }),
  async run(deps: FollowDeps, { user: host, album, people }) {
    const members = async () => (await deps.store.entity(host, albumPeopleRef(album)))?.members ?? [];
    const users = people ?? (await members()).map(({ user }) => user);
    await Promise.all(users.map((user) => followAlbum(deps, { user, host, album })));
    return `${users.length} users`;
  },
});
