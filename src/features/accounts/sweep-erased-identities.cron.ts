import type { Datastore } from '@google-cloud/datastore';
import type { Clock } from '../../runtime/clock.ts';
import { defineCron } from '../../background/define-cron.ts';
import { findExpired } from '../../data/read/expired.ts';
import { ERASED_IDENTITY_KIND } from './erased-identities.ts';

/** Deletes the notes about identities whose accounts were erased more than 30 days ago. */
export const sweepErasedIdentities = defineCron({
  name: 'sweep-erased-identities',
  async run({ datastore, clock }: { datastore: Datastore; clock: Clock }) {
    let notes = 0;
    for await (const expired of findExpired(datastore, ERASED_IDENTITY_KIND, clock.now())) {
      await datastore.delete(expired.map(({ name }) => datastore.key([ERASED_IDENTITY_KIND.name, name])));
      notes += expired.length;
    }
    return `${notes} notes`;
  },
});
