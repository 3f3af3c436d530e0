import type { Datastore } from '@google-cloud/datastore';
import { alternate } from './alternate.ts';
import type { Figure } from './figure.ts';
import { startCloud } from './local-cloud.ts';
import { openStore } from './bulk-store.ts';
import { loadEntities, nameOf, userOf, VIEW } from './many-entities.ts';
import { temporaryFolder } from './temporary-folder.ts';

const SMALL = 1_000;
const AT_ONCE = 32;
const ROUNDS = 5;
const [LOOKUPS, COMMITS, QUERIES] = [3_000, 2_000, 600];
/** Entities that a query asks for. */
const PAGE = 50;
const OPENINGS = 15;

/** What the local Datastore does in a second in a large store, against the same in a small one, and how long it takes to open. */
export async function measureDatastoreSize(
  scope: AsyncDisposableStack,
  { million }: { million: boolean },
): Promise<Figure[]> {
  const size = million ? 1_000_000 : 100_000;
  const small = await filledStore(scope, SMALL);
  const large = await filledStore(scope, size);
  const opening = await measureOpening(scope, large.dataDir);
  const [few, many] = [await startDatastore(scope, small.dataDir), await startDatastore(scope, large.dataDir)];
  const rate = async (calls: number, call: (datastore: Datastore, number: number) => Promise<unknown>) => {
    return alternate(ROUNDS, {
      few: () => rateOf(calls, () => call(few, below(SMALL))),
      many: () => rateOf(calls, () => call(many, below(size))),
    });
  };
  const lookups = await rate(LOOKUPS, (datastore, number) => datastore.get(keyOf(datastore, number)));
  const queries = await rate(QUERIES, (datastore, number) => datastore.runQuery(pageOf(datastore, number)));
  const commits = await rate(COMMITS, (datastore, number) => datastore.save(entityOf(datastore, number)));

  const among = `among ${size} entities, ${AT_ONCE} at once`;
  const ofFew = `${SMALL} entities`;
  return [
    faster('lookups', lookups, `one key each ${among}; written in ${large.seconds.toFixed(0)} s`, ofFew),
    faster('queries', queries, `newest ${PAGE} below an ancestor ${among}`, ofFew),
    faster('commits', commits, `one changed entity of 1 KB each ${among}, each on disk`, ofFew),
    {
      name: 'opening',
      what: `a store of ${size} entities`,
      value: opening.large,
      unit: 'ms',
      reference: { what: 'an empty store', value: opening.empty },
      aim: { is: 'at most', ratio: 2 },
    },
  ];
}

function faster(name: string, { few, many }: { few: number; many: number }, what: string, ofFew: string): Figure {
  const reference = { what: ofFew, value: few };
  // 1.2 times the time is 1 / 1.2 of the rate.
  return { name, what, value: many, unit: `${name}/s`, reference, aim: { is: 'at least', ratio: 0.83 } };
}

async function filledStore(scope: AsyncDisposableStack, count: number) {
  const dataDir = await temporaryFolder(scope);
  const started = performance.now();
  await loadEntities(dataDir, count);
  return { dataDir, seconds: (performance.now() - started) / 1000 };
}

async function startDatastore(scope: AsyncDisposableStack, dataDir: string): Promise<Datastore> {
  const { cloud, datastore } = await startCloud(dataDir);
  scope.defer(() => cloud.stop());
  return datastore;
}

/** In milliseconds, both stores having been there before. */
async function measureOpening(scope: AsyncDisposableStack, largeDir: string) {
  const emptyDir = await temporaryFolder(scope);
  return alternate(OPENINGS, { large: () => timeToOpen(largeDir), empty: () => timeToOpen(emptyDir) });
}

async function timeToOpen(dataDir: string): Promise<number> {
  const started = performance.now();
  const disk = await openStore(dataDir);
  const taken = performance.now() - started;
  disk.close();
  return taken;
}

/** Calls a second. */
async function rateOf(calls: number, call: () => Promise<unknown>): Promise<number> {
  const left = Array(calls).keys();
  const work = async () => {
    for (const _ of left) await call();
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return (calls / (performance.now() - started)) * 1000;
}

const below = (count: number) => Math.floor(Math.random() * count);

const keyOf = (datastore: Datastore, number: number) =>
  datastore.key(['User', userOf(number), 'Photo', nameOf(number)]);

const pageOf = (datastore: Datastore, number: number) =>
  datastore
    .createQuery('Photo')
    .hasAncestor(datastore.key(['User', userOf(number)]))
    .order('timelineKey', { descending: true })
    .limit(PAGE);

/** In every index another row than before, near the old one: what an edit of a photo does. */
const entityOf = (datastore: Datastore, number: number) => ({
  key: keyOf(datastore, number),
  data: { view: VIEW, timelineKey: `${nameOf(number)}|${Math.random()}` },
  excludeFromIndexes: ['view'],
});
