import type { Photo } from '../../src/data/model/records.ts';
import { SearchPage } from '../../src/features/search/schemas.ts';
import { checked } from '../support/checked.ts';
import { median } from './alternate.ts';
import type { Figure } from './figure.ts';
import { outdatePages, startLibrary, type PhotoLibrary } from './photo-library.ts';

/** `BENCH_SEARCH_PHOTOS` tries the measurement itself with fewer. */
const PHOTOS = Number(process.env['BENCH_SEARCH_PHOTOS'] ?? 100_000);
const ROUNDS = 7;

/** The page to which a person would scroll for a while. */
const LATER_PAGE = 100;

const HALF = PHOTOS / 2;

/** Searches by what they find. A blank behind the last word asks for that word alone. */
const SEARCHES: Record<string, string> = {
  'a word of 10 photos': 'ten ',
  'a word of 1,000 photos': 'thousand ',
  [`a word of ${HALF} photos`]: 'even ',
  [`two words of ${HALF} photos that have none in common`]: 'even odd ',
  [`two words of ${HALF} photos that have 5 in common`]: 'even other ',
};

/** Pages of 50 of a search, the first one and the hundredth, or the last one if there are fewer. Nothing is cached. */
export async function measureSearch(scope: AsyncDisposableStack): Promise<Figure[]> {
  const library = await startLibrary(scope, PHOTOS, { name: 'search', photoOf: tagged });
  const timeline = await timed(library, '/v1/timeline?limit=50&fields=all');
  const figures: Figure[] = [];
  for (const [what, q] of Object.entries(SEARCHES)) {
    const path = `/v1/search?limit=50&q=${encodeURIComponent(q)}`;
    const later = await laterPage(library, path);
    const value = await timed(library, path);
    const reference = { what: 'first page of the timeline from photos', value: timeline };
    figures.push({ what: `first page of ${what}, of ${PHOTOS}`, value, unit: 'ms', reference });
    if (later.page === 1) continue;
    const laterMs = await timed(library, later.path);
    figures.push({
      what: `page ${later.page} of ${what}`,
      value: laterMs,
      unit: 'ms',
      reference: { what: 'its first page', value },
    });
  }
  return figures;
}

/** Photos with few other words: what is measured is the join. */
function tagged(photo: Photo, index: number): Photo {
  const isEven = index % 2 === 0;
  const tags = [isEven ? 'even' : 'odd'];
  if (index % (PHOTOS / 10) === 0) tags.push('ten');
  if (index % (PHOTOS / 1_000) === 0) tags.push('thousand');
  if (isEven ? index % (PHOTOS / 5) === 0 : index > 10) tags.push('other');
  return { ...photo, tags, caption: '', alt: '', fileName: null, camera: { make: null, model: null, lens: null } };
}

async function laterPage({ user }: PhotoLibrary, path: string): Promise<{ path: string; page: number }> {
  let at = { path, page: 1 };
  while (at.page < LATER_PAGE) {
    const { next } = checked(SearchPage, (await user.get(at.path).expect(200)).body);
    if (next === null) break;
    at = { path: `${path}&cursor=${next}`, page: at.page + 1 };
  }
  return at;
}

/** The median of rounds in milliseconds, the first one left out. */
async function timed(library: PhotoLibrary, path: string): Promise<number> {
  const rounds: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    await outdatePages(library);
    const start = performance.now();
    await library.user.get(path).expect(200);
    rounds.push(performance.now() - start);
  }
  return median(rounds.slice(1));
}
