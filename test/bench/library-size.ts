import { alternate } from './alternate.ts';
import type { Figure } from './figure.ts';
import { load } from './load.ts';
import { outdatePages, pagesThroughout, startLibrary, type PhotoLibrary } from './photo-library.ts';

const SMALL = 1_000;
const PAGES = 400;

/** One page after the other from everywhere in a large library, against the same in a small one. Nothing is cached. */
export async function measureLibrarySize(
  scope: AsyncDisposableStack,
  { million }: { million: boolean },
): Promise<Figure> {
  const size = million ? 1_000_000 : 100_000;
  const large = await startLibrary(scope, size);
  const small = await startLibrary(scope, SMALL);
  const medians = await alternate(5, { large: await timedPages(large, size), small: await timedPages(small, SMALL) });
  return {
    what: `median of ${PAGES} pages of 50 all over ${size} photos, which were written in ${large.loadedIn.toFixed(0)} s`,
    value: medians.large,
    unit: 'ms',
    reference: { what: `${SMALL} photos`, value: medians.small },
    aim: { is: 'at most', ratio: 1.3 },
  };
}

/** What measures a page of a library: the median time in milliseconds, one request at a time. */
async function timedPages(library: PhotoLibrary, photos: number): Promise<() => Promise<number>> {
  const paths = (await pagesThroughout(library, photos, PAGES)).slice(0, PAGES);
  return async () => {
    await outdatePages(library);
    return (await load({ ...library, paths, connections: 1, status: 200 })).medianMs;
  };
}
