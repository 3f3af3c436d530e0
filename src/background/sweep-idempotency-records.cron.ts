import type { Datastore } from '@google-cloud/datastore';
import type { Clock } from '../runtime/clock.ts';
import { defineCron } from './define-cron.ts';
import type { Library } from '../data/commit/group-commit.ts';
import { findExpired, type Expired } from '../data/read/expired.ts';
import type { UserId } from '../runtime/ids.ts';
import { IdempotencyKind } from '../data/model/entity-kinds.ts';
import { idempotencyRef } from '../data/model/entity-refs.ts';

interface SweepIdempotencyRecordsDeps {
  datastore: Datastore;
  library: Library;
  clock: Clock;
}

/** Deletes idempotency records that have expired. */
export const sweepIdempotencyRecords = defineCron({
  name: 'sweep-receipts',
  deletesByAge: true,
  async run({ datastore, library, clock }: SweepIdempotencyRecordsDeps) {
    let count = 0;
    for await (const expired of findExpired(datastore, IdempotencyKind, clock.now())) {
      for (const [user, some] of Map.groupBy(expired, (record) => record.user)) await forget(library, user, some);
      count += expired.length;
    }
    return `${count} idempotency records`;
  },
});

const forget = (library: Library, user: UserId, records: Expired[]) =>
  library.commit(
    user,
    async (change) => {
      for (const { name } of records) if (!(await change.idempotency.find(name))) change.idempotency.delete(name);
    },
    records.map(({ name }) => idempotencyRef(name)),
  );
