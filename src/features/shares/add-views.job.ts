import { z } from 'zod';
import { defineJob, UserIdText } from '../../background/define-job.ts';
import type { Library } from '../../data/commit/group-commit.ts';
import type { JobRef } from '../../data/model/job-ref.ts';
import type { ShareName } from '../../signing/share-token.ts';
import { ShareIdParam } from './schemas.ts';
import { shareRef } from './share.ts';

export const addViewsRef: JobRef<ShareName & { views: number }> = { name: 'add-views' };

/** Adds views to a share. A task that is delivered twice counts them twice. */
export const addViews = defineJob({
  ...addViewsRef,
  payload: z.object({ user: UserIdText, share: ShareIdParam, views: z.int() }),
  run: ({ library }: { library: Library }, { user, share: id, views }) =>
    library.commit(
      user,
      async ({ entities }) => {
        const share = await entities.read(shareRef(id));
        if (!share) return 'nothing-to-do';
        entities.write(shareRef(id), { ...share, views: share.views + views });
        return 'counted';
      },
      [shareRef(id)],
    ),
});
