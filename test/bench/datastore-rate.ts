import type { Datastore, Key } from '@google-cloud/datastore';
import { median } from './alternate.ts';
import { startCloud } from './local-cloud.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Calls under way at once. */
export const AT_ONCE = 32;
/** Calls in a round; each has a number of its own. */
export const CALLS = 2_000;

const ROUNDS = 5;

/** Google's client on a local Datastore of its own, stopped with the measurement. */
export async function emptyDatastore(scope: AsyncDisposableStack): Promise<Datastore> {
  const { cloud, datastore } = await startCloud(await temporaryFolder(scope));
  scope.defer(() => cloud.stop());
  return datastore;
}

/** Calls a second, the median of some rounds after one that warms up. */
export async function medianRate(call: (number: number) => Promise<unknown>): Promise<number> {
  const rates: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) rates.push(await rateOf(call));
  return median(rates.slice(1));
}

async function rateOf(call: (number: number) => Promise<unknown>): Promise<number> {
  const left = Array(CALLS).keys();
  const work = async () => {
    for (const number of left) await call(number);
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return (CALLS / (performance.now() - started)) * 1000;
}

export const keyOf = (datastore: Datastore, number: number): Key =>
  datastore.key(['User', 'bench', 'Photo', `photo-${number}`]);

/** One indexed property and a kilobyte that is only shown, as photos have it. */
export const entityOf = (datastore: Datastore, number: number) => ({
  key: keyOf(datastore, number),
  data: { view: 'x'.repeat(1_000), changedKey: `bench|${number}`, revision: 1 },
  excludeFromIndexes: ['view', 'revision'],
});
