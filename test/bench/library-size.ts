import { alternate } from './alternate.ts';
import type { Figure } from './figure.ts';
import { load } from './load.ts';
import { outdatePages, pagesThroughout, startLibrary, type PhotoLibrary } from './photo-library.ts';

const SMALL = 1_000;
/** Pages of each depth: about the first, the middle and the last third of the timeline. */
const PAGES = 130;
const DEPTHS = ['near the start', 'in the middle', 'near the end'];

/** One page after the other of a large library, against the same depth of a small one. Nothing is cached. */
export async function measureLibrarySize(
  scope: AsyncDisposableStack,
  { million }: { million: boolean },
): Promise<Figure[]> {
  const size = million ? 1_000_000 : 100_000;
  const large = await startLibrary(scope, size);
  const small = await startLibrary(scope, SMALL);
  const [largeDepths, smallDepths] = [await depthsOf(large, size), await depthsOf(small, SMALL)];
  const figures: Figure[] = [];
  for (const [at, depth] of DEPTHS.entries()) {
    const what = `of ${PAGES} pages of 50 ${depth} of ${size} photos (written in ${large.loadedIn.toFixed(0)} s)`;
    const [ours, theirs] = [timed(large, largeDepths[at] ?? []), timed(small, smallDepths[at] ?? [])];
    const medians = await alternate(5, { ours: ours.run, theirs: theirs.run });
    figures.push(figure(`median ${what}, ${ours.cpu()} ms CPU each`, medians.ours, medians.theirs, 1.3));
    figures.push(figure(`p99 ${what}`, ours.p99(), theirs.p99(), 1.5));
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

async function depthsOf(library: PhotoLibrary, photos: number): Promise<string[][]> {
  const paths = await pagesThroughout(library, photos, DEPTHS.length * PAGES);
  const third = Math.floor(paths.length / DEPTHS.length);
  return DEPTHS.map((_, at) => paths.slice(at * third, (at + 1) * third).slice(0, PAGES));
}

/** Asks for pages one after the other. `run` gives the median; the p99 is the best of the runs, as noise only adds. */
function timed(library: PhotoLibrary, paths: string[]) {
  const p99s: number[] = [];
  let [cpu, pages] = [0, 0];
  return {
    async run() {
      await outdatePages(library);
      const before = library.cpuMs();
      const { medianMs, p99Ms } = await load({ ...library, paths, connections: 1, status: 200 });
      [cpu, pages] = [cpu + library.cpuMs() - before, pages + paths.length];
      p99s.push(p99Ms);
      return medianMs;
    },
    p99: () => Math.min(...p99s),
    cpu: () => (cpu / pages).toFixed(2),
  };
}
