import { z } from 'zod';
import { defineJob, UserIdText } from '../../background/define-job.ts';
import { endDirectGrantsRef } from '../../data/rules/account-changes.ts';
import { endUploads, type EndDeps } from '../uploads/end-uploads.ts';

/** Ends the bucket sessions of the direct grants that their owner has ended, and frees what was set aside for them. */
export const endDirectGrants = defineJob({
  ...endDirectGrantsRef,
  payload: z.object({ user: UserIdText }),
  async run(deps: EndDeps, { user }) {
    const generation = (await deps.store.user(user))?.grantGeneration ?? 0;
    const open = await deps.store.openUploads(user);
    const ended = open.filter(({ byGrant }) => byGrant && byGrant.generation < generation);
    for (const { session } of ended) await deps.directUploads.cancel(session);
    if (ended.length > 0) {
      await endUploads(
        deps.library,
        user,
        ended.map(({ id }) => id),
      );
    }
    return `${ended.length} grants ended`;
  },
});
