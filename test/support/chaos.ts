import type { LocalCloud } from '../../src/local-cloud/index.ts';
import { patientLine } from './patient-line.ts';

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

/** What `CHAOS` names, with commas between: `CHAOS=abort,twice npm test`. */
const chosen = (process.env['CHAOS'] ?? '').split(',').filter(Boolean);

/** Whether one of these troubles was asked for. A test that cannot stand them skips itself then, and says why. */
export const chaosWith = (...names: string[]) => names.some((name) => chosen.includes(name));

/** Begins the troubles that were asked for. */
export async function beginChaos(cloud: LocalCloud): Promise<void> {
  for (const name of chosen) {
    const begin = TROUBLES[name];
    if (!begin) throw new Error(`There is no trouble ${name}: CHAOS takes ${Object.keys(TROUBLES).join(', ')}.`);
    await begin(cloud);
  }
}

/** Where clients find the service that listens at `url`: while writes are cut it is they who must try again. */
export const asClientsFind = async (url: string) => (chaosWith('cut') ? patientLine(url) : url);
