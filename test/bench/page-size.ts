import { get } from 'node:http';
import type { Figure } from './figure.ts';
import { FIRST_PAGE } from './page-and-reference.ts';
import { startLibrary, type PhotoLibrary } from './photo-library.ts';

/** What a page of 50 should weigh, in bytes. */
const AIMS = { identity: 45_000, gzip: 7_000, br: 7_000 };

/** What a page of 50 different photos weighs on the wire, in each coding. No two digests, placeholders or ids are alike. */
export async function measurePageSize(scope: AsyncDisposableStack): Promise<Figure[]> {
  const library = await startLibrary(scope, 100);
  const figures: Figure[] = [];
  for (const [coding, aim] of Object.entries(AIMS)) {
    figures.push({
      name: `page-size ${coding}`,
      what: 'page of 50 different photos',
      value: await bytesOf(library, coding),
      unit: 'bytes',
      reference: { what: 'the aim', value: aim },
      aim: { is: 'at most', ratio: 1 },
    });
  }
  return figures;
}

/** Bytes of the body as they arrive: no client here decompresses them. */
function bytesOf({ url, headers }: PhotoLibrary, coding: string): Promise<number> {
  return new Promise((resolve, reject) => {
    get(`${url}${FIRST_PAGE}`, { headers: { ...headers, 'Accept-Encoding': coding } }, (response) => {
      let bytes = 0;
      response.on('data', (part: Buffer) => (bytes += part.length));
      response.on('end', () => resolve(bytes));
    }).on('error', reject);
  });
}
