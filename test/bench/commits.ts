import { AT_ONCE, emptyDatastore, entityOf, medianRate } from './datastore-rate.ts';
import type { Figure } from './figure.ts';

/** Durable commits to the local Datastore through Google's client. */
export async function measureCommits(scope: AsyncDisposableStack): Promise<Figure> {
  const datastore = await emptyDatastore(scope);
  const perSecond = await medianRate((number) => datastore.save(entityOf(datastore, number)));
  return { what: `one entity of 1 KB each, ${AT_ONCE} at once, each on disk`, value: perSecond, unit: 'commits/s' };
}
