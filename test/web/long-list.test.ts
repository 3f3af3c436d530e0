import { expect, test } from 'vitest';
import { startWorld } from '../support/world.ts';
import { describeInChromium, DESKTOP, PHONE, signInOn } from './chromium.ts';
import { scrollToEnd, showOnePicture, userWithPhotos, watchShifts } from './long-list.ts';

const world = await startWorld();
const YEAR = { first: Date.parse('2025-01-01'), last: Date.parse('2025-12-31') };

describeInChromium('a list of 600 photos', { url: world.url }, ({ open }) => {
  test.each([
    ['a desktop', DESKTOP],
    ['a phone', PHONE],
  ])('scrolls to its end without moving what is in view, and few elements stay, on %s', async (_screen, options) => {
    const user = await userWithPhotos(world, 600, YEAR);
    const page = await open(options);
    await showOnePicture(page);
    await watchShifts(page);
    await signInOn(page, user.name);
    const { shifts, elements } = await scrollToEnd(page);
    expect(await page.locator('.frame img[width]').last().getAttribute('alt')).toBeTruthy();
    expect(await page.locator('.days').count()).toBe(12);
    expect(shifts).toBeLessThanOrEqual(0.01);
    // Five pages of 50 photos, each of some ten elements, and the rest of the page.
    expect(elements).toBeLessThan(3500);
  });

  test('the keyboard leads back to photos whose page has left the document', async () => {
    const user = await userWithPhotos(world, 600, YEAR);
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
