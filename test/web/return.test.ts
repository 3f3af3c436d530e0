import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import type { TestUser } from '../support/test-user.ts';
import { shortened } from '../support/long-form.ts';
import { startWorld } from '../support/world.ts';
import { describeInChromium, SCREENS, signInOn, type Screen } from './chromium.ts';
import { photoInView, scrollPages, showOnePicture, userWithPhotos } from './long-list.ts';

const world = await startWorld();

describeInChromium('the way back to a list', { url: world.url }, ({ open }) => {
  let user: TestUser;
  beforeAll(async () => {
    user = await userWithPhotos(world, 400);
  });

  describe.each(shortened<Screen[]>(SCREENS, [SCREENS[1]]))('on %s', (_screen, options) => {
    async function somePagesDown(): Promise<Page> {
      const page = await open(options);
      await showOnePicture(page);
      await signInOn(page, user.name);
      await scrollPages(page, shortened(3, 2));
      return page;
    }

    /** The photo that was in view is where it was. */
    async function expectPlace(page: Page, before: Awaited<ReturnType<typeof photoInView>>): Promise<void> {
      await expect.poll(async () => (await photoInView(page))?.href).toBe(before?.href);
      await expect.poll(async () => Math.abs(((await photoInView(page))?.y ?? 0) - (before?.y ?? 0))).toBeLessThan(4);
    }

    const focusInView = async (page: Page) => {
      const before = await photoInView(page);
      await page.locator(`.frame[href="${before?.href}"]`).focus();
      return photoInView(page);
    };

    test('Back from a photo’s page shows the photo that was in view at the same height', async () => {
      const page = await somePagesDown();
      const before = await focusInView(page);
      await page.keyboard.press('i');
      await page.locator('.single').waitFor();
      await page.goBack();
      await expectPlace(page, before);
      expect(page.url()).toContain('cursor=');
    });

    test('a reload stays at the same height', async () => {
      const page = await somePagesDown();
      const before = await photoInView(page);
      await expect.poll(() => page.evaluate('history.state?.place[0][0]')).toBe(before?.href?.slice(7));
      await page.reload();
      await expectPlace(page, before);
    });

    test('the lightbox is open again after Back from the photo’s page, and Escape leads to the list', async () => {
      const page = await somePagesDown();
      const before = await focusInView(page);
      await page.keyboard.press('Enter');
      await page.locator('.pswp--ui-visible').waitFor();
      await page.keyboard.press('i');
      await page.locator('.single').waitFor();
      await page.goBack();
      await page.locator('.pswp--ui-visible').waitFor();
      await page.keyboard.press('Escape');
      await expect.poll(() => page.locator('.pswp').count()).toBe(0);
      await expectPlace(page, before);
      await expect.poll(() => page.locator(':focus').getAttribute('href')).toBe(before?.href);
    });

    test('newer pages come when scrolling up, without a gap', async () => {
      const page = await somePagesDown();
      await page.reload();
      await expect.poll(() => page.locator('.days').count()).toBeGreaterThan(0);
      const listed = ((await user.get('/v1/timeline?limit=200').expect(200)).body as { items: { id: string }[] }).items;
      const shown = () =>
        page
          .locator('.days .photo')
          .evaluateAll((photos) => photos.map((photo) => photo.getAttribute('data-id') ?? ''));
      for (let turns = 0; (await shown())[0] !== listed[0]?.id; turns++) {
        if (turns > 300) throw new Error('The first page does not come.');
        await page.mouse.wheel(0, -400);
        await page.waitForTimeout(50);
      }
      const ids = await shown();
      expect(ids).toEqual(listed.slice(0, ids.length).map(({ id }) => id));
    });
  });
});
