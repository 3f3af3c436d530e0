import { alternate, median } from './alternate.ts';
import type { Figure } from './figure.ts';
import { load } from './load.ts';
import { outdatePages, pagesAt, startLibrary, type PhotoLibrary } from './photo-library.ts';

const SMALL = 1_000;
/** Pages in one round, and rounds: the p99 of so many is their third slowest, of which the median counts. */
const [PAGES, ROUNDS] = [300, 7];
/** Parts of the timeline that are newer. */
const DEPTHS = { 'near the start': 0, 'in the middle': 0.5, 'near the end': 1 };

/** One page after the other of large libraries, against the same depth of a small one. Nothing is cached. */
export async function measureLibrarySize(
  scope: AsyncDisposableStack,
  { million }: { million: boolean },
): Promise<Figure[]> {
  const small = await startLibrary(scope, SMALL);
  const hundredThousand = await startLibrary(scope, 100_000);
  const large = million ? [hundredThousand, await startLibrary(scope, 1_000_000)] : [hundredThousand];
  const figures: Figure[] = [];
  for (const [where, depth] of Object.entries(DEPTHS)) {
    const theirs = await timed(small, depth);
    const ours = await Promise.all(large.map((library) => timed(library, depth)));
    const runs = Object.fromEntries([theirs, ...ours].map(({ run }, at) => [at, run]));
    await alternate(ROUNDS, runs);
    for (const { library, cpu, medianMs, p99Ms } of ours) {
      const what = `of ${PAGES} pages of 50 ${where} of ${library.photos} photos`;
      const loaded = `written in ${library.loadedIn.toFixed(0)} s, ${cpu()} ms CPU each`;
      figures.push(figure(`median ${what}, ${loaded}`, medianMs(), theirs.medianMs(), 1.3));
      figures.push(figure(`p99 ${what}`, p99Ms(), theirs.p99Ms(), 1.5));
    }
  }
  return figures;
}

const figure = (what: string, value: number, reference: number, ratio: number): Figure => ({
  what,
  value,
  unit: 'ms',
  reference: { what: `${SMALL} photos`, value: reference },
  aim: { is: 'at most', ratio },
});

/** Asks for pages one after the other; medians over the rounds, the first one left out. */
async function timed(library: PhotoLibrary, depth: number) {
  const paths = await pagesAt(library, depth, PAGES);
  const [medians, p99s]: [number[], number[]] = [[], []];
  let [cpu, pages] = [0, 0];
  return {
    library,
    async run() {
      await outdatePages(library);
      const before = library.cpuMs();
      const { medianMs, p99Ms } = await load({ ...library, paths, connections: 1, status: 200 });
      [cpu, pages] = [cpu + library.cpuMs() - before, pages + paths.length];
      medians.push(medianMs);
      p99s.push(p99Ms);
      return medianMs;
    },
    medianMs: () => median(medians.slice(1)),
    p99Ms: () => median(p99s.slice(1)),
    cpu: () => (cpu / pages).toFixed(2),
  };
}
