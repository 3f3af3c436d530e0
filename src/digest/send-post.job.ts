import { z } from 'zod';
import { defineJob } from '../jobs/define-job.ts';
import { ID_PATTERN, type PhotoId, type UserId } from '../library/ids.ts';
import { onTimeline } from '../library/kinds.ts';
import { composePost } from './compose-post.ts';
import { sendOnce } from './send-once.ts';
import type { SummaryDeps } from './send-summary.job.ts';

const Id = z.string().regex(ID_PATTERN);

const Payload = z.object({
  user: Id.transform((id) => id as UserId),
  photo: Id.transform((id) => id as PhotoId),
});

/** Mails a user about one photo that was posted. */
export const sendPost = defineJob({
  name: 'send-post',
  payload: Payload,
  async run(deps: SummaryDeps, { user, photo: id }, attempt) {
    const [owner, photo] = await Promise.all([deps.store.user(user), deps.store.photo(user, id)]);
    if (!owner || !photo || !onTimeline(photo)) return 'nothing-to-do';
    const to = deps.addressOf(owner);
    if (to === undefined) return 'no-address';
    const composition = composePost(owner, photo, deps.publicUrl);
    return sendOnce(deps, { ...composition, user, to, name: `post-${id}` }, attempt);
  },
});
