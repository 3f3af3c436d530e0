import type { Datastore } from '@google-cloud/datastore';
import type { Clock } from '../../runtime/clock.ts';
import { defineCron } from '../../background/define-cron.ts';
import { findExpired } from '../../data/read/expired.ts';
import { keyOf } from '../../data/model/kind.ts';
import { SESSION_KIND } from './session.ts';

/** Deletes sessions that have ended. */
export const sweepSessions = defineCron({
  name: 'sweep-sessions',
  deletesByAge: true,
  async run({ datastore, clock }: { datastore: Datastore; clock: Clock }) {
    let sessions = 0;
    for await (const expired of findExpired(datastore, SESSION_KIND, clock.now())) {
      await datastore.delete(expired.map(({ user, name }) => keyOf(datastore, user, SESSION_KIND, name)));
      sessions += expired.length;
    }
    return `${sessions} sessions`;
  },
});
