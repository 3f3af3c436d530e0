import { z } from 'zod';
import { defineSweep, type SweepDeps } from '../../background/define-sweep.ts';
import type { Library } from '../../data/commit/group-commit.ts';
import type { UserId } from '../../runtime/ids.ts';
import type { Store } from '../../data/read/store.ts';
import { retry } from '../../runtime/retry.ts';
import type { Log } from '../../runtime/log.ts';
import { countDays } from './count-days.ts';

/** Photos after which a step ends with the day. This takes some seconds. */
const STEP = 20_000;

/** Attempts to count and correct without a change of the user in between. */
const MOST_ATTEMPTS = 3;

interface VerifyDaysDeps extends SweepDeps {
  store: Store;
  library: Library;
  log: Log;
}

const State = z.object({
  /** This day and all later days are verified. */
  before: z.string(),
  photos: z.int(),
  wrong: z.int(),
});

/** Counts a user's timeline day by day from the index, and corrects wrong day counts. */
export const verifyDays = defineSweep({
  name: 'prove-days',
  state: State,
  async step(deps: VerifyDaysDeps, user, state) {
    const counted = await countAndCorrect(deps, user, state?.before);
    if (!counted) return { outcome: 'nothing-to-do' };
    const photos = counted.photos + (state?.photos ?? 0);
    const wrong = counted.wrong.size + (state?.wrong ?? 0);
    const outcome = `${photos} photos counted, ${wrong} days corrected`;
    const { earliest } = counted;
    return { outcome, next: earliest === undefined ? undefined : { before: earliest, photos, wrong } };
  },
});

/** @throws TimelineChanged if the timeline changed during each attempt: the queue then retries later */
const countAndCorrect = (deps: VerifyDaysDeps, user: UserId, before: string | undefined) =>
  retry(() => countAndCorrectOnce(deps, user, before), {
    attempts: MOST_ATTEMPTS,
    isRetryable: (error) => error instanceof TimelineChanged,
  });

class TimelineChanged extends Error {}

async function countAndCorrectOnce({ store, library, log }: VerifyDaysDeps, user: UserId, before: string | undefined) {
  const counted = await countDays(store, user, { before, enough: STEP });
  if (!counted || counted.wrong.size === 0) return counted;
  const corrected = await library.commit(user, (change) => change.days.correct(counted.sequence, counted.wrong));
  if (!corrected) throw new TimelineChanged('The timeline changed during each attempt to correct its day counts.');
  log.error(
    { account: user, days: Object.fromEntries(counted.wrong) },
    'Day counts were wrong and have been corrected.',
  );
  return counted;
}
