import type { LocalCloud } from '../../src/local-cloud/index.ts';
import { patientLine } from './patient-line.ts';

/** Faults that go on all the time, by the commands of the cloud that begin and end them. */
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

/** Whether `CHAOS` names one of these. A test that cannot pass with them skips itself then, and gives the reason. */
export const chaosWith = (...names: string[]) => names.some((name) => chosen.includes(name));

/** How often a task that does not fail is delivered. */
export const DELIVERIES = chaosWith('twice') ? 2 : 1;

/** The cloud with the faults that `CHAOS` names. A test that ends a fault of its own does not end these. */
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

/** The URL by which clients reach the service at `url`: while writes are cut, clients have to repeat requests. */
export const asClientsFind = async (url: string) => (chaosWith('cut') ? patientLine(url) : url);
