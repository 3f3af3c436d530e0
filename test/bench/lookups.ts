import { AT_ONCE, CALLS, emptyDatastore, entityOf, keyOf, medianRate } from './datastore-rate.ts';
import type { Figure } from './figure.ts';

const BATCH = 500;

/** Lookups in the local Datastore through Google's client. */
export async function measureLookups(scope: AsyncDisposableStack): Promise<Figure> {
  const datastore = await emptyDatastore(scope);
  for (let first = 0; first < CALLS; first += BATCH) {
    await datastore.save(Array.from({ length: BATCH }, (_, at) => entityOf(datastore, first + at)));
  }
  const perSecond = await medianRate((number) => datastore.get(keyOf(datastore, number)));
  return { what: `one key each, ${AT_ONCE} at once`, value: perSecond, unit: 'lookups/s' };
}
