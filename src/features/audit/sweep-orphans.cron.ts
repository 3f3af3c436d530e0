import type { Bucket } from '@google-cloud/storage';
import type { Clock } from '../../runtime/clock.ts';
import { ARGUMENTS_PREFIX } from '../../background/deferred-arguments.ts';
import { defineCron } from '../../background/define-cron.ts';
import { originalsPrefix, UNCLAIMED } from '../../objects/object-names.ts';
import type { Blobs } from '../../objects/blobs.ts';
import { listPages } from '../../objects/list-objects.ts';
import { ORPHAN_AGE_MS } from './compare.ts';
import { DAY_MS } from '../../runtime/durations.ts';

interface OrphansDeps {
  bucket: Bucket;
  blobs: Blobs;
  clock: Clock;
}

/** Objects without an owner, by prefix, and the age from which nothing needs them. */
const ORPHANS = [
  { prefix: originalsPrefix(UNCLAIMED), ageMs: ORPHAN_AGE_MS },
  // A task may be due in 30 days, and is kept for 31 days after that.
  { prefix: ARGUMENTS_PREFIX, ageMs: 62 * DAY_MS },
];

/** Time limit of one sweep, well within the ten minutes of a request. */
const SWEEP_LIMIT_MS = 5 * 60_000;

/** Deletes orphans that no user's audit finds: files and task arguments that a killed process left. */
export const sweepOrphans = defineCron({
  name: 'sweep-leftovers',
  deletesByAge: true,
  async run({ bucket, blobs, clock }: OrphansDeps) {
    const until = performance.now() + SWEEP_LIMIT_MS;
    let removed = 0;
    for (const { prefix, ageMs } of ORPHANS) {
      for await (const listed of listPages(bucket, { prefix, from: prefix })) {
        const old = listed.filter(({ createdAt }) => clock.now() - createdAt >= ageMs);
        await blobs.remove(...old.map(({ name }) => name));
        removed += old.length;
        if (performance.now() > until) break;
      }
    }
    return `${removed} objects`;
  },
});
