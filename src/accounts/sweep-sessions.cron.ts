import type { Datastore } from '@google-cloud/datastore';
import type { Clock } from '../clock.ts';
import { defineCron } from '../jobs/define-cron.ts';
import { findExpired } from '../library/expired.ts';
import { keyOf } from '../library/kinds.ts';
import { SESSION_KIND } from './session.ts';

/** Takes away sessions that have ended by their age, a bounded number at a time. */
export const sweepSessions = defineCron({
  name: 'sweep-sessions',
  async run({ datastore, clock }: { datastore: Datastore; clock: Clock }) {
    const expired = await findExpired(datastore, SESSION_KIND, clock.now());
    const keys = expired.map(({ user, name }) => keyOf(datastore, user, SESSION_KIND, name));
    if (keys.length > 0) await datastore.delete(keys);
    return `${keys.length} sessions`;
  },
});
