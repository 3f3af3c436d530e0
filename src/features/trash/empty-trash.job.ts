import { z } from 'zod';
import { defineJob } from '../../background/define-job.ts';
import type { UserId } from '../../runtime/ids.ts';
import { emptyTrashRef, emptyTrashStep, type TrashDeps } from './erase-photos.ts';

const Emptying = z.object({ user: z.string().transform((id) => id as UserId), until: z.number() });

/** Empties a trash by one more step. The commit of each step enqueues the next step. */
export const emptyTrash = defineJob({
  ...emptyTrashRef,
  payload: Emptying,
  run: async (deps: TrashDeps, emptying) => ((await emptyTrashStep(deps, emptying)) ? 'empty' : 'more to do'),
});
