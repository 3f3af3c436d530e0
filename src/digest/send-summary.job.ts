import { z } from 'zod';
import { defineJob } from '../jobs/define-job.ts';
import { ID_PATTERN, type UserId } from '../library/ids.ts';
import type { Store } from '../library/store.ts';
import { composeSummary } from './compose-summary.ts';
import type { AddressOf } from './mail-address.ts';
import { boundsOf } from './period.ts';
import { readPosted } from './read-posted.ts';
import { sendOnce, type SendDeps } from './send-once.ts';

export interface SummaryDeps extends SendDeps {
  store: Store;
  addressOf: AddressOf;
}

/** A period by its key: `{period: 'day', key: '2026-11-20'}`. */
const SummaryOf = z.object({ period: z.enum(['day', 'week']), key: z.string() });

const Payload = SummaryOf.extend({
  user: z
    .string()
    .regex(ID_PATTERN)
    .transform((id) => id as UserId),
});

/** Mails one user what was posted in a day or a week that is over. Nothing new, no mail. */
export const sendSummary = defineJob({
  name: 'send-summary',
  payload: Payload,
  async run(deps: SummaryDeps, { user, period, key }, attempt) {
    const bounds = boundsOf(period, key);
    if (!bounds) return `refused: there is no ${period} ${key}`;
    // A summary is sent once: too early, it would leave out what is still to come.
    if (bounds.to > deps.clock.now()) return `refused: ${key} is not over`;
    const posted = await readPosted(deps.store, user, bounds);
    if (!posted?.photos.length) return 'nothing-new';
    const to = deps.addressOf(posted.user);
    if (to === undefined) return 'no-address';
    const composition = composeSummary(posted, { period, ...bounds }, deps.publicUrl);
    return sendOnce(deps, { ...composition, user, to, name: `${period}-${key}` }, attempt);
  },
});
