import type { LocalCloud } from '../../src/local-cloud/index.ts';

/** What can go wrong all the time, and how the cloud is told. */
const TROUBLES: Record<string, (cloud: LocalCloud) => Promise<void>> = {
  /** Every transaction is aborted once. */
  abort: (cloud) => cloud.abortEachOnce(true),
  /** Every write to the bucket is cut once. */
  cut: (cloud) => cloud.cutEachOnce(true),
  /** Every task comes twice. */
  twice: (cloud) => cloud.deliverTwice(true),
  /** Tasks that are due come last first. */
  reverse: (cloud) => cloud.reverseOrder(true),
};

/** Begins the troubles that `CHAOS` names, with commas between them: `CHAOS=abort,twice npm test`. */
export async function beginChaos(cloud: LocalCloud, { CHAOS = '' }: NodeJS.ProcessEnv): Promise<void> {
  for (const name of CHAOS.split(',').filter(Boolean)) {
    const begin = TROUBLES[name];
    if (!begin) throw new Error(`There is no trouble ${name}: CHAOS takes ${Object.keys(TROUBLES).join(', ')}.`);
    await begin(cloud);
  }
}
