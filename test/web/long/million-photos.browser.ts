import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { withoutWords } from '../../bench/load-target.ts';
import { startLibrary } from '../../bench/photo-library.ts';
import { chromiumPath, DESKTOP, openChromium, PHONE, signInOn } from '../chromium.ts';
import { showOnePicture } from '../long-list.ts';
import { longestTaskMs, traceTasks } from './longest-task.ts';

/** The first one takes its time to be written: it is kept where BENCH_LIBRARIES names a folder. */
const MILLION = process.env['MILLION'] === '1';
const why = MILLION ? '' : ' (skipped: with MILLION=1 a million photos are written first, which takes half an hour)';

/** Keys of the scrubber in turn, and the month that each leads to. */
const JUMPS = [
  ['End', '2010-01'],
  ['PageUp', '2011-12'],
  ['ArrowDown', '2011-11'],
  ['Home', '2025-12'],
  ['PageDown', '2024-12'],
] as const;

describe.skipIf(chromiumPath === undefined || !MILLION)(`the scrubber of a million photos${why}`, () => {
  test.each([
    ['desktop', DESKTOP],
    ['phone', PHONE],
  ] as const)('leads to each month by as few requests as among 1,000 photos, on a %s', async (screen, options) => {
    const jumps: { photos: number; month: string; requests: number; ms: number }[] = [];
    for (const photos of [1_000, 1_000_000]) {
      await using scope = new AsyncDisposableStack();
      const library = await startLibrary(scope, photos, { name: 'without-words', target: withoutWords });
      const browser = await openChromium();
      scope.defer(() => browser.close());
      const page = await browser.newPage({ baseURL: library.url, ...options });
      page.setDefaultTimeout(600_000);
      await showOnePicture(page);
      await signInOn(page, 'ana');
      await traceTasks(browser);
      for (const [key, month] of JUMPS) jumps.push({ photos, month, ...(await jump(page, key, month)) });
      const longestMs = await longestTaskMs(browser);
      process.stdout.write(`${screen}, ${photos} photos: longest task ${longestMs.toFixed(1)} ms of CPU time\n`);
      expect(longestMs).toBeLessThanOrEqual(50);
    }
    for (const { photos, month, requests, ms } of jumps) {
      process.stdout.write(`${screen}, ${photos} photos: ${month} by ${requests} requests in ${ms.toFixed(0)} ms\n`);
    }
    const [small, large] = [jumps.slice(0, JUMPS.length), jumps.slice(JUMPS.length)];
    expect(large.map(({ requests }) => requests)).toEqual(small.map(({ requests }) => requests));
  });
});

/** Presses a key on the scrubber, and waits until the first day of the list is in the month. */
async function jump(page: Page, key: string, month: string): Promise<{ requests: number; ms: number }> {
  let requests = 0;
  const count = ({ url }: { url(): string }) => void (requests += /\/image\/|\/assets\//.test(url()) ? 0 : 1);
  page.on('request', count);
  const started = performance.now();
  await page.getByRole('slider', { name: 'Months' }).focus();
  await page.keyboard.press(key);
  await expect
    .poll(() => page.locator('.days section').first().getAttribute('data-day'), { timeout: 600_000 })
    .toContain(month);
  const ms = performance.now() - started;
  page.off('request', count);
  return { requests, ms };
}
