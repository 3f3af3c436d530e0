import { textOf } from './repository.ts';
import type { Cost } from './counted-datastore.ts';

/** Google's list prices in dollars per 100,000 operations: Firestore in Datastore mode, in the region us-central1. */
const PRICES = { reads: 0.03, writes: 0.09, deletes: 0.01 };

/** The lines of docs/figures.md, with single blanks. */
export const figures = textOf('docs/figures.md')
  .split('\n')
  .map((text) => text.replaceAll(/ +/g, ' '));

/** The row of the cost table in docs/figures.md. */
export function costRow(what: string, { calls, reads, writes, deletes }: Cost): string {
  const dollars = 10 * (reads * PRICES.reads + writes * PRICES.writes + deletes * PRICES.deletes);
  return `| ${what} | ${calls.join(', ')} | ${reads} | ${writes} | ${deletes} | ${dollars.toFixed(2)} |`;
}
