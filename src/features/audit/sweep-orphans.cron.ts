import type { Bucket } from '@google-cloud/storage';
import type { Clock } from '../../runtime/clock.ts';
import { ARGUMENTS_PREFIX } from '../../background/deferred-arguments.ts';
import { defineCron } from '../../background/define-cron.ts';
import { originalsPrefix, UNCLAIMED } from '../../objects/object-names.ts';
import type { Blobs } from '../../objects/blobs.ts';
import { listPages } from '../../objects/list-objects.ts';
import { GRACE } from './compare.ts';

export interface OrphansDeps {
  bucket: Bucket;
  blobs: Blobs;
  clock: Clock;
}

const DAY = 24 * 3_600_000;

/** Orphaned objects by prefix, and the age in milliseconds from which on nothing can need them any more. */
const NOBODYS = [
  { prefix: originalsPrefix(UNCLAIMED), age: GRACE },
  // A task may lie 30 days ahead, and is kept for 31.
  { prefix: ARGUMENTS_PREFIX, age: 62 * DAY },
];

/** How long one sweep goes on at the most, in milliseconds: well within a request's ten minutes. */
const SWEEP_TIME = 5 * 60_000;

/** Takes away what no user's audit would find: files and arguments that a program left when it was killed. */
export const sweepOrphans = defineCron({
  name: 'sweep-leftovers',
  deletesByAge: true,
  async run({ bucket, blobs, clock }: OrphansDeps) {
    const until = performance.now() + SWEEP_TIME;
    let removed = 0;
    for (const { prefix, age } of NOBODYS) {
      for await (const listed of listPages(bucket, { prefix, from: prefix })) {
        const old = listed.filter(({ createdAt }) => clock.now() - createdAt >= age);
        await blobs.remove(...old.map(({ name }) => name));
        removed += old.length;
        if (performance.now() > until) break;
      }
    }
    return `${removed} objects`;
  },
});
