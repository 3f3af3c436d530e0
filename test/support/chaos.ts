import type { LocalCloud } from '../../src/local-cloud/index.ts';
import { patientLine } from './patient-line.ts';

/** What can go wrong all the time, by the commands of the cloud that begin and end it. */
const TROUBLES = {
  /** Every transaction is aborted once. */
  abort: 'abortEachOnce',
  /** Every write to the bucket is cut once. */
  cut: 'cutEachOnce',
  /** Every task comes twice. */
  twice: 'deliverTwice',
  /** Tasks that are due come last first. */
  reverse: 'reverseOrder',
} as const;

/** What `CHAOS` names, with commas between: `CHAOS=abort,twice npm test`. */
const chosen = (process.env['CHAOS'] ?? '').split(',').filter(Boolean);

/** Whether one of these troubles was asked for. A test that cannot stand them skips itself then, and says why. */
export const chaosWith = (...names: string[]) => names.some((name) => chosen.includes(name));

/** How often a task comes that does not fail. */
export const DELIVERIES = chaosWith('twice') ? 2 : 1;

/** The cloud in the troubles that were asked for. A test that ends one of its own does not end these. */
export async function inTrouble(cloud: LocalCloud): Promise<LocalCloud> {
  const troubled = { ...cloud };
  for (const name of chosen) {
    const command = (TROUBLES as Partial<Record<string, Trouble>>)[name];
    if (!command) throw new Error(`There is no trouble ${name}: CHAOS takes ${Object.keys(TROUBLES).join(', ')}.`);
    await cloud[command](true);
    troubled[command] = () => cloud[command](true);
  }
  return troubled;
}

type Trouble = (typeof TROUBLES)[keyof typeof TROUBLES];

/** Where clients find the service that listens at `url`: while writes are cut it is they who must try again. */
export const asClientsFind = async (url: string) => (chaosWith('cut') ? patientLine(url) : url);
