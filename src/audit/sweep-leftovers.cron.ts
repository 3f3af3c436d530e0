import type { Bucket } from '@google-cloud/storage';
import type { Clock } from '../clock.ts';
import { ARGUMENTS_PREFIX } from '../jobs/deferred-arguments.ts';
import { defineCron } from '../jobs/define-cron.ts';
import { originalsPrefix, UNCLAIMED } from '../library/object-names.ts';
import type { Blobs } from '../media/blobs.ts';
import { listObjects } from '../media/list-objects.ts';
import { GRACE } from './compare.ts';

export interface LeftoversDeps {
  bucket: Bucket;
  blobs: Blobs;
  clock: Clock;
}

const DAY = 24 * 3_600_000;

/** Objects of nobody, and the age in milliseconds from which on nothing can need them any more. */
const NOBODYS = [
  { prefix: originalsPrefix(UNCLAIMED), age: GRACE },
  // A task may lie 30 days ahead, and is kept for 31.
  { prefix: ARGUMENTS_PREFIX, age: 62 * DAY },
];

/** Objects of one prefix that one run looks at. */
const MOST = 3000;

/** Takes away what no user's audit would find: files and arguments that a program left when it was killed. */
export const sweepLeftovers = defineCron({
  name: 'sweep-leftovers',
  async run({ bucket, blobs, clock }: LeftoversDeps) {
    let removed = 0;
    for (const { prefix, age } of NOBODYS) {
      const listed = await listObjects(bucket, { prefix, from: prefix }, MOST);
      const old = listed.filter(({ createdAt }) => clock.now() - createdAt >= age);
      await blobs.remove(...old.map(({ name }) => name));
      removed += old.length;
    }
    return `${removed} objects`;
  },
});
