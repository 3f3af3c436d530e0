import type { Datastore } from '@google-cloud/datastore';
import type { Clock } from '../../runtime/clock.ts';
import { defineCron } from '../../background/define-cron.ts';
import { findExpired } from '../../data/read/expired.ts';
import { INVITATION_KIND } from './invitations.ts';

/** Deletes invitations that have ended, because they hold addresses of people. */
export const sweepInvitations = defineCron({
  name: 'sweep-invitations',
  deletesByAge: true,
  async run({ datastore, clock }: { datastore: Datastore; clock: Clock }) {
    let invitations = 0;
    for await (const expired of findExpired(datastore, INVITATION_KIND, clock.now())) {
      await datastore.delete(expired.map(({ name }) => datastore.key([INVITATION_KIND.name, name])));
      invitations += expired.length;
    }
    return `${invitations} invitations`;
  },
});
