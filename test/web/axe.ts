import { readFileSync } from 'node:fs';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { shortened } from '../support/long-form.ts';

const AXE = readFileSync(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
export const SIZES = [
  { width: 1280, height: 800 },
  { width: 390, height: 844 },
] as const;
const [WIDE, NARROW] = SIZES;

interface Look {
  size: (typeof SIZES)[number];
  colorScheme: 'light' | 'dark';
}

const EACH_ONCE: Look[] = [
  { size: WIDE, colorScheme: 'light' },
  { size: NARROW, colorScheme: 'dark' },
];
/** Each size with each colour scheme; in the short form of the tests both of them once. */
const LOOKS = shortened<Look[]>(
  [...EACH_ONCE, { size: WIDE, colorScheme: 'dark' }, { size: NARROW, colorScheme: 'light' }],
  EACH_ONCE,
);

/** Checks the page as it stands in both sizes and colour schemes (see `LOOKS`). Each broken rule is a line with its elements. */
export async function violationsOf(page: Page, options: RunOptions = {}): Promise<string[]> {
  // The debugger's evaluation is not subject to the content policy, unlike a script element.
  await page.evaluate(AXE);
  const found: string[] = [];
  // Elements that break no rule are not described one by one: it takes long where there are thousands.
  const wanted: RunOptions = { resultTypes: ['violations'], ...options };
  for (const { size, colorScheme } of LOOKS) {
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const { violations, passes } = (await page.evaluate(`axe.run(${JSON.stringify(wanted)})`)) as AxeResults;
    expect(passes.length).toBeGreaterThan(10);
    for (const { id, help, nodes } of violations) {
      const places = nodes.map(({ target }) => target.join(' ')).join(', ');
      found.push(`${size.width} px, ${colorScheme}: ${id} (${help}): ${places}`);
    }
  }
  return found;
}
