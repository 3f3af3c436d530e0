import { z } from 'zod';
import { defineJob, UserIdText } from '../../../background/define-job.ts';
import type { CreateTask } from '../../../background/create-task.ts';
import { jobTask } from '../../../background/job-task.ts';
import type { Library } from '../../../data/commit/group-commit.ts';
import type { JobRef } from '../../../data/model/job-ref.ts';
import type { Store } from '../../../data/read/store.ts';
import type { AlbumId, UserId } from '../../../runtime/ids.ts';
import { tellMembersRef } from '../album.ts';
import { AlbumIdParam } from '../schemas.ts';
import { dropPerson } from './drop-person.ts';
import { MembershipKind } from './membership.ts';
import { AlbumPeopleKind, usersIn } from './people.ts';

const dropMemberRef: JobRef<{ user: UserId; host: UserId; album: AlbumId }> = { name: 'drop-member' };

/** Takes a user whose account is deleted out of an album of another one. */
export const dropMember = defineJob({
  ...dropMemberRef,
  payload: z.object({ user: UserIdText, host: UserIdText, album: AlbumIdParam }),
  async run(deps: { library: Library }, person) {
    await dropPerson(deps, person);
    return 'dropped';
  },
});

interface ForgetSharingDeps {
  store: Pick<Store, 'entities'>;
  createTask: CreateTask;
}

/**
 * Enqueues what account deletion does outside of the user's own data: other users forget the deleted user's albums, and
 * the albums of other users forget the deleted user. Reads what is left below the user, so it comes before its deletion.
 */
export async function forgetSharing({ store, createTask }: ForgetSharingDeps, user: UserId): Promise<void> {
  for (const people of await store.entities(user, AlbumPeopleKind)) {
    await createTask(jobTask(tellMembersRef, { user, album: people.album, people: usersIn(people) }));
  }
  for (const { host, album } of await store.entities(user, MembershipKind)) {
    await createTask(jobTask(dropMemberRef, { user, host, album }));
  }
}
