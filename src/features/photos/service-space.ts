import type { Datastore, Key } from '@google-cloud/datastore';
import type { Clock } from '../../runtime/clock.ts';
import { AppError } from '../../runtime/errors.ts';

/** What all accounts held together when they were last summed. */
export interface ServiceTotal {
  users: number;
  /** Originals and previews, and what open uploads have set aside. */
  bytes: number;
  /** When the sum was begun, in milliseconds since the Unix epoch. */
  countedAt: number;
}

/** Whether the service takes uploads. */
export interface ServiceSpace {
  /**
   * Costs one lookup a minute.
   * @throws AppError service-full
   */
  requireOpen(): Promise<void>;
}

interface ServiceSpaceDeps {
  datastore: Datastore;
  clock: Clock;
  /** Undefined where there is no ceiling. */
  maxTotalBytes: number | undefined;
}

/** How long a reading counts, in milliseconds. */
const KEPT_MS = 60_000;

/** Remembers for a minute whether the last sum lay above the ceiling. Without a ceiling nothing is ever read. */
export function createServiceSpace({ datastore, clock, maxTotalBytes = Infinity }: ServiceSpaceDeps): ServiceSpace {
  let isFull = false;
  let readAt = -Infinity;
  let reading: Promise<void> | undefined;
  const read = async () => {
    const total = await readTotal(datastore);
    isFull = total !== undefined && total.bytes > maxTotalBytes;
    readAt = clock.now();
  };
  return {
    async requireOpen() {
      if (maxTotalBytes === Infinity) return;
      // The clock may have been set back.
      if (Math.abs(clock.now() - readAt) >= KEPT_MS) await (reading ??= read().finally(() => (reading = undefined)));
      if (isFull) throw serviceFull();
    },
  };
}

const serviceFull = () =>
  new AppError(
    'service-full',
    'This service takes no more photos for now: it holds as much as it may. Your own quota is not the reason.',
  );

/** The last sum; undefined before the first one. */
export async function readTotal(datastore: Datastore): Promise<ServiceTotal | undefined> {
  const [total] = (await datastore.get(keyOfTotal(datastore))) as [ServiceTotal | undefined];
  return total;
}

/** One write a night: a counter that every upload wrote would be one entity group for all of them. */
export async function keepTotal(datastore: Datastore, total: ServiceTotal): Promise<void> {
  await datastore.save({ key: keyOfTotal(datastore), data: total, excludeFromIndexes: Object.keys(total) });
}

const keyOfTotal = (datastore: Datastore): Key => datastore.key(['ServiceTotal', 'last']);
