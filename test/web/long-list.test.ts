import { expect, test } from 'vitest';
import { shortened } from '../support/long-form.ts';
import { startWorld } from '../support/world.ts';
import { describeInChromium, DESKTOP, SCREENS, signInOn, type Screen } from './chromium.ts';
import { scrollToEnd, showOnePicture, userWithPhotos, watchShifts } from './long-list.ts';

const world = await startWorld();
/** More than the five pages that stay in the document. */
const COUNT = shortened(600, 350);
const YEAR = { first: Date.parse('2025-01-01'), last: Date.parse('2025-12-31') };

describeInChromium(`a list of ${COUNT} photos`, { url: world.url }, ({ open }) => {
  test.each(shortened<Screen[]>(SCREENS, [SCREENS[1]]))(
    'scrolls to its end without moving what is in view, and few elements stay, on %s',
    async (_screen, options) => {
      const user = await userWithPhotos(world, COUNT, YEAR);
      const page = await open(options);
      await showOnePicture(page);
      await watchShifts(page);
      await signInOn(page, user.name);
      const { shifts, elements } = await scrollToEnd(page);
      expect(await page.locator('.frame img[width]').last().getAttribute('alt')).toBeTruthy();
      expect(await page.locator('.days').count()).toBe(COUNT / 50);
      expect(shifts).toBeLessThanOrEqual(0.01);
      // Five pages of 50 photos, each of some ten elements, and the rest of the page.
      expect(elements).toBeLessThan(3500);
    },
  );

  test('the keyboard leads back to photos whose page has left the document', async () => {
    const user = await userWithPhotos(world, COUNT, YEAR);
    const page = await open(DESKTOP);
    await showOnePicture(page);
    await watchShifts(page);
    await signInOn(page, user.name);
    await page.getByRole('slider', { name: 'Months' }).waitFor();
    const first = await page.locator('.photo').first().getAttribute('data-id');
    await scrollToEnd(page);
    expect(await page.locator(`[data-id="${first}"]`).count()).toBe(0);
    await page.locator('a.frame').last().focus();
    await page.keyboard.press('Home');
    await expect.poll(() => page.locator('.photo:focus-within').getAttribute('data-id')).toBe(first);
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => page.locator(':focus').isVisible()).toBe(true);
  });
});
