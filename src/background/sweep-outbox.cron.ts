import { defineCron } from './define-cron.ts';
import type { Outbox } from './outbox.ts';

/** Creates the tasks whose creation failed after their data was committed. */
export const sweepOutbox = defineCron({
  name: 'sweep-outbox',
  async run({ outbox }: { outbox: Outbox }) {
    const late = await outbox.oldestAge();
    return `${await outbox.sweep()} tasks, the oldest entry ${Math.round(late / 1000)} s old`;
  },
});
