import type { Datastore } from '@google-cloud/datastore';
import type { Clock } from '../runtime/clock.ts';
import { defineCron } from './define-cron.ts';
import type { Library } from '../data/commit/group-commit.ts';
import { findExpired, type Expired } from '../data/read/expired.ts';
import type { UserId } from '../runtime/ids.ts';
import { ReceiptKind } from '../data/model/entity-kinds.ts';
import { receiptRow } from '../data/model/entity-refs.ts';

export interface SweepReceiptsDeps {
  datastore: Datastore;
  library: Library;
  clock: Clock;
}

/** Takes away receipts that count as absent already. */
export const sweepReceipts = defineCron({
  name: 'sweep-receipts',
  deletesByAge: true,
  async run({ datastore, library, clock }: SweepReceiptsDeps) {
    let receipts = 0;
    for await (const expired of findExpired(datastore, ReceiptKind, clock.now())) {
      for (const [user, some] of Map.groupBy(expired, (receipt) => receipt.user)) await forget(library, user, some);
      receipts += expired.length;
    }
    return `${receipts} receipts`;
  },
});

const forget = (library: Library, user: UserId, receipts: Expired[]) =>
  library.commit(
    user,
    async (change) => {
      for (const { name } of receipts) if (!(await change.receipt(name))) change.forgetReceipt(name);
    },
    receipts.map(({ name }) => receiptRow(name)),
  );
