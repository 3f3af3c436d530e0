import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { throughClient } from '../bench/load-target.ts';
import { loadPhotos, type Span } from '../bench/many-photos.ts';
import { picture } from '../support/picture.ts';
import type { TestUser } from '../support/test-user.ts';
import type { World } from '../support/world.ts';

/** A new account with so many photos. They have no bytes: `showOnePicture` gives them some. */
export async function userWithPhotos(world: World, count: number, span?: Span): Promise<TestUser> {
  const user = await world.user();
  await loadPhotos(throughClient(world.datastore), user.name, count, span);
  return user;
}

/** Lets the browser get the same picture for each photo. */
export async function showOnePicture(page: Page): Promise<void> {
  const body = await picture({ width: 640, height: 480, seed: 1 });
  await page.route('**/image/**', (route) => route.fulfill({ contentType: 'image/jpeg', body }));
}

/** The photo nearest the middle of the window, and how far it is from the top, in CSS pixels. */
export const photoInView = (page: Page) =>
  page.locator('.photo .frame').evaluateAll((frames) => {
    const middle = (globalThis as unknown as { innerHeight: number }).innerHeight / 2;
    const tops = frames.map((frame) => {
      const { y } = (frame as unknown as { getBoundingClientRect(): { y: number } }).getBoundingClientRect();
      return { href: frame.getAttribute('href'), y };
    });
    return tops.sort((a, b) => Math.abs(a.y - middle) - Math.abs(b.y - middle))[0];
  });

/** Scrolls down by the wheel until so many pages of 50 photos lie above the window, and the address names the page. */
export async function scrollPages(page: Page, pages: number): Promise<void> {
  const above = () =>
    page.locator('.days').evaluateAll((lists) => {
      const bottoms = lists.map(
        (list) => (list as unknown as { getBoundingClientRect(): { bottom: number } }).getBoundingClientRect().bottom,
      );
      return bottoms.filter((bottom) => bottom < 0).length;
    });
  while ((await above()) < pages) await page.mouse.wheel(0, 600);
  // A list writes the address when it rests.
  await expect.poll(() => new URL(page.url()).search).toContain('cursor=');
}

/** What a page has gone through since `watch`. */
export interface Course {
  /** Sum of all layout shifts. */
  shifts: number;
  /** The most elements that the document had. */
  elements: number;
}

/** Notes the layout shifts of a page from its first paint. Call before the page is opened. */
export const watchShifts = (page: Page) =>
  page.addInitScript(`
    globalThis.shifts = 0;
    new PerformanceObserver((seen) => {
      for (const { value } of seen.getEntries()) globalThis.shifts += value;
    }).observe({ type: 'layout-shift', buffered: true });
  `);

/** Scrolls to the end of a list by the wheel, and calls `onStep` after each few turns of it. */
export async function scrollToEnd(page: Page, onStep?: () => Promise<void>): Promise<Course> {
  let elements = 0;
  for (let turns = 1; !(await page.evaluate(AT_END)); turns++) {
    await page.mouse.wheel(0, 1500);
    if (turns % 20 > 0) continue;
    elements = Math.max(elements, await page.locator('*').count());
    await onStep?.();
  }
  return { shifts: Number(await page.evaluate('shifts')), elements };
}

const AT_END = `!document.body.matches('.endless') && scrollY + innerHeight >= document.documentElement.scrollHeight - 2`;
