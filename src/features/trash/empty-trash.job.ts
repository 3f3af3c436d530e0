import { z } from 'zod';
import { defineJob } from '../../background/define-job.ts';
import type { UserId } from '../../runtime/ids.ts';
import { emptyTrashRef, emptyTrashStep, type TrashDeps } from './erase-photos.ts';

const Emptying = z.object({ user: z.string().transform((id) => id as UserId), until: z.number() });

/** Takes one more step of emptying a trash. Each step's own commit brings about the next one. */
export const emptyTrash = defineJob({
  ...emptyTrashRef,
  payload: Emptying,
  run: async (deps: TrashDeps, emptying) => ((await emptyTrashStep(deps, emptying)) ? 'empty' : 'more to do'),
});
