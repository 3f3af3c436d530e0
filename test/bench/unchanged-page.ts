import { alternate } from './alternate.ts';
import type { Figure } from './figure.ts';
import { load } from './load.ts';
import { FIRST_PAGE, startPageAndReference } from './page-and-reference.ts';

const REQUESTS = 4_000;

/** Asking whether the first page has changed, against Express stringifying that page. */
export async function measureUnchangedPage(scope: AsyncDisposableStack): Promise<Figure> {
  const { library, bare } = await startPageAndReference(scope, 1_000);
  const { headers } = await library.user.get(FIRST_PAGE).expect(200);
  const asking = {
    url: library.url,
    headers: { ...library.headers, 'If-None-Match': String(headers['etag']) },
    paths: Array<string>(REQUESTS).fill(FIRST_PAGE),
    connections: 16,
    status: 304,
  };
  const { ours, theirs } = await alternate(5, {
    ours: async () => (await load(asking)).perSecond,
    theirs: async () => (await load(bare)).perSecond,
  });
  return {
    what: `If-None-Match of the first page, 304, ${REQUESTS} at 16 at once`,
    value: ours,
    unit: 'replies/s',
    reference: { what: 'bare Express, whole page', value: theirs },
    aim: { is: 'at least', ratio: 0.3 },
  };
}
