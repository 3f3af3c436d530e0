import { defineCron } from '../jobs/define-cron.ts';
import type { Outbox } from './outbox.ts';

/** Creates the tasks whose creation failed after their data was committed. */
export const sweepOutbox = defineCron({
  name: 'sweep-outbox',
  async run({ outbox }: { outbox: Outbox }) {
    const { delivered, oldestAgeMs } = await outbox.sweep();
    return `${delivered} tasks, the oldest ${Math.round(oldestAgeMs / 1000)} s late`;
  },
});
