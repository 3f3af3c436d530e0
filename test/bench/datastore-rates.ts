import type { Datastore } from '@google-cloud/datastore';
import { median } from './alternate.ts';
import type { Figure } from './figure.ts';
import { startCloud } from './local-cloud.ts';
import { temporaryFolder } from './temporary-folder.ts';

const AT_ONCE = 32;
const ROUNDS = 5;
/** Calls in a round, and the entities that there are. */
const CALLS = 2_000;

/** Durable commits of one small entity each through Google's client. */
export async function measureCommits(scope: AsyncDisposableStack): Promise<Figure> {
  const datastore = await emptyDatastore(scope);
  const perSecond = await medianRate((number) => datastore.save(entity(datastore, number)));
  return { what: `one entity each, ${AT_ONCE} at once, each on disk`, value: perSecond, unit: 'commits/s' };
}

/** Lookups of one key each through Google's client. */
export async function measureLookups(scope: AsyncDisposableStack): Promise<Figure> {
  const datastore = await emptyDatastore(scope);
  for (let first = 0; first < CALLS; first += 500) {
    await datastore.save(Array.from({ length: 500 }, (_, at) => entity(datastore, first + at)));
  }
  const perSecond = await medianRate((number) => datastore.get(keyOf(datastore, number)));
  return { what: `one key each, ${AT_ONCE} at once`, value: perSecond, unit: 'lookups/s' };
}

async function emptyDatastore(scope: AsyncDisposableStack): Promise<Datastore> {
  const { cloud, datastore } = await startCloud(await temporaryFolder(scope));
  scope.defer(() => cloud.stop());
  return datastore;
}

async function medianRate(call: (number: number) => Promise<unknown>): Promise<number> {
  const rates: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) rates.push(await rateOf(call));
  // The first round warms up.
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

const keyOf = (datastore: Datastore, number: number) => datastore.key(['User', 'bench', 'Photo', `photo-${number}`]);

const entity = (datastore: Datastore, number: number) => ({
  key: keyOf(datastore, number),
  data: { view: 'x'.repeat(1_000), changedKey: `bench|${number}`, revision: 1 },
  excludeFromIndexes: ['view', 'revision'],
});
