import type { Datastore } from '@google-cloud/datastore';
import type { Clock } from '../clock.ts';
import type { Library } from './commit.ts';
import { findExpired } from './expired.ts';
import { ReceiptKind } from './kinds.ts';
import { receiptRow } from './rows.ts';

export interface SweepReceiptsDeps {
  datastore: Datastore;
  library: Library;
  clock: Clock;
}

/** Takes away receipts that count as absent already, a bounded number at a time. Returns how many. */
export async function sweepReceipts({ datastore, library, clock }: SweepReceiptsDeps): Promise<number> {
  const expired = await findExpired(datastore, ReceiptKind, clock.now());
  for (const [user, receipts] of Map.groupBy(expired, (receipt) => receipt.user)) {
    await library.commit(
      user,
      async (change) => {
        for (const { name } of receipts) if (!(await change.receipt(name))) change.forgetReceipt(name);
      },
      receipts.map(({ name }) => receiptRow(name)),
    );
  }
  return expired.length;
}
