import { alternate } from './alternate.ts';
import type { Figure } from './figure.ts';
import { load } from './load.ts';
import { metered } from './metered.ts';
import { FIRST_PAGE, startPageAndReference } from './page-and-reference.ts';

const REQUESTS = 4_000;

/** The first page again, for one who has it and for one who has not, against Express stringifying that page. */
export async function measureUnchangedPage(scope: AsyncDisposableStack): Promise<Figure[]> {
  const { library, bare } = await startPageAndReference(scope, 1_000);
  const { headers } = await library.user.get(FIRST_PAGE).expect(200);
  const whole = { ...library, paths: Array<string>(REQUESTS).fill(FIRST_PAGE), connections: 16, status: 200 };
  const asking = { ...whole, headers: { ...library.headers, 'If-None-Match': String(headers['etag']) }, status: 304 };
  const compressed = { ...whole, headers: { ...library.headers, 'Accept-Encoding': 'gzip, deflate, br' } };
  const [unchanged, known, packed] = [metered(library), metered(library), metered(library)];
  const rates = await alternate(5, {
    unchanged: () => unchanged.run(asking),
    known: () => known.run(whole),
    packed: () => packed.run(compressed),
    theirs: async () => (await load(bare)).perSecond,
  });
  const figure = (what: string, value: number): Figure => ({
    what: `${what}, ${REQUESTS} at 16 at once`,
    value,
    unit: 'replies/s',
    reference: { what: 'bare Express, whole page', value: rates.theirs },
    aim: { is: 'at least', ratio: 1 },
  });
  return [
    figure(`first page, 304 by If-None-Match; ${unchanged.text()}`, rates.unchanged),
    figure(`first page, whole, from memory; ${known.text()}`, rates.known),
    figure(`the same compressed; ${packed.text()}`, rates.packed),
  ];
}
