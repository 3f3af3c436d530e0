import { alternate } from './alternate.ts';
import type { Figure } from './figure.ts';
import { load } from './load.ts';
import { metered } from './metered.ts';
import { outdatePages, pagesAt } from './photo-library.ts';
import { startPageAndReference } from './page-and-reference.ts';

const PHOTOS = 1_000;
const PAGES = 400;

/** Pages of a timeline that are read for the first time since the last change, against Express stringifying such a page. */
export async function measureFreshPage(scope: AsyncDisposableStack): Promise<Figure[]> {
  const { library, bare } = await startPageAndReference(scope, PHOTOS);
  const pages = await pagesAt(library, 0, PAGES);
  const meter = metered(library);
  const { ours, theirs } = await alternate(5, {
    async ours() {
      await outdatePages(library);
      return meter.run({ ...library, paths: pages, connections: 16, status: 200 });
    },
    theirs: async () => (await load(bare)).perSecond,
  });
  const alone = await alternate(5, {
    async ours() {
      await outdatePages(library);
      return (await load({ ...library, paths: pages, connections: 1, status: 200 })).medianMs;
    },
    theirs: async () => (await load({ ...bare, connections: 1 })).medianMs,
  });
  return [
    {
      what: `${pages.length} different pages of 50 at 16 at once, each read from Datastore; ${meter.text()}`,
      value: ours,
      unit: 'pages/s',
      reference: { what: 'bare Express, same page', value: theirs },
      aim: { is: 'at least', ratio: 0.2 },
    },
    {
      name: 'fresh-page p50',
      what: 'the same pages one after the other on one connection, half of them within',
      value: alone.ours,
      unit: 'ms',
      reference: { what: 'bare Express, same page', value: alone.theirs },
      aim: { is: 'at most', ratio: 8 },
    },
  ];
}
