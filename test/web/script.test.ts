import { beforeAll, describe, expect, test } from 'vitest';
import { picture } from '../support/picture.ts';
import { shortened } from '../support/long-form.ts';
import { startWorld } from '../support/world.ts';
import { describeInChromium, DESKTOP, PHONE, SCREENS, type Screen } from './chromium.ts';

const world = await startWorld();
/** Three pages of a list. */
const PHOTOS = 110;

describeInChromium('the pages in Chromium, with scripts', { url: world.url, ...DESKTOP }, ({ signIn }) => {
  beforeAll(async () => {
    const dan = await world.user('dan');
    for (let count = 1; count <= PHOTOS; count++) {
      const taken = new Date(Date.UTC(2019, 6, 1, 10, 20 * count)).toISOString().slice(0, 19);
      const bytes = await picture({ width: 120, height: 80, takenAt: taken });
      await dan.upload(bytes, { fields: { caption: `number ${count}` } }).expect(201);
    }
    await world.drain();
  });

  describe.each(shortened<Screen[]>(SCREENS, [SCREENS[0]]))(`a list of ${PHOTOS} photos on %s`, (_screen, options) => {
    test('scrolling to the end appends the other pages, and the address names the page in view', async () => {
      const page = await signIn('dan', options);
      for (const count of [100, PHOTOS]) {
        await page.keyboard.press('End');
        await expect.poll(() => page.locator('.photo').count()).toBeGreaterThanOrEqual(count);
      }
      const captions = await page
        .locator('.frame img[width]')
        .evaluateAll((images) => images.map((image) => image.getAttribute('alt')));
      expect(captions).toEqual(Array.from({ length: PHOTOS }, (_, at) => `number ${PHOTOS - at}`));
      expect(await page.locator('h2').allTextContents()).toEqual([
        ...new Set(await page.locator('h2').allTextContents()),
      ]);
      expect(await page.getByRole('link', { name: 'Older photos' }).count()).toBe(0);
      await page.getByRole('img', { name: 'number 1', exact: true }).scrollIntoViewIfNeeded();
      await expect.poll(() => new URL(page.url()).search).toContain('cursor=');
    });

    test('a click opens the lightbox, arrows lead on, Back closes it at the same address', async () => {
      const page = await signIn('dan', options);
      const address = page.url();
      await page.getByRole('link', { name: 'number 110' }).click();
      await page.locator('.pswp--ui-visible').waitFor();
      await page.keyboard.press('ArrowRight');
      await expect.poll(() => page.locator('.lightbox-caption').textContent()).toBe('number 109');
      await page.keyboard.press('?');
      expect(await page.getByText('previous and next photo').isVisible()).toBe(true);
      await page.goBack();
      await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
      expect(page.url()).toBe(address);
      await expect.poll(() => page.locator(':focus img[width]').getAttribute('alt')).toBe('number 109');
    });

    test('Escape closes the lightbox and leaves no entry in the history', async () => {
      const page = await signIn('dan', options);
      await page.getByRole('link', { name: 'number 110' }).click();
      await page.locator('.pswp--ui-visible').waitFor();
      await page.keyboard.press('Escape');
      await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
      expect(await page.evaluate('history.state?.lightbox')).toBeUndefined();
    });

    test('arrow keys move the focus between photos', async () => {
      const page = await signIn('dan', options);
      await page.getByRole('link', { name: 'number 110' }).focus();
      await page.keyboard.press('ArrowRight');
      expect(await page.locator(':focus img[width]').getAttribute('alt')).toBe('number 109');
      await page.keyboard.press('ArrowDown');
      const below = await page.locator(':focus').boundingBox();
      await page.keyboard.press('ArrowUp');
      const above = await page.locator(':focus').boundingBox();
      expect(below?.y ?? 0).toBeGreaterThan(above?.y ?? 0);
    });
  });

  test.each([
    ['a desktop', DESKTOP, 'sal'],
    ['a phone', PHONE, 'sue'],
  ] as const)(
    'Shift selects a range of photos, and a day is selected without another page, on %s',
    async (_screen, options, name) => {
      const user = await world.user(name);
      for (let count = 1; count <= 5; count++) {
        const bytes = await picture({ width: 120, height: 80, takenAt: `2019-07-0${count}T10:00:00` });
        await user.upload(bytes, { fields: { caption: `number ${count}` } }).expect(201);
      }
      const page = await signIn(name, options);
      await page.getByRole('link', { name: 'Select', exact: true }).click();
      const address = page.url();
      await page.locator('.day-select').last().click();
      await page.getByText('1 selected').waitFor();
      await page.locator('.day-select').last().click();
      await page.getByText('0 selected').waitFor();
      expect(page.url()).toBe(address);
      await page.getByRole('img', { name: 'number 4' }).click();
      await page.getByRole('img', { name: 'number 2' }).click({ modifiers: ['Shift'] });
      await page.getByText('3 selected').waitFor();
      await page.getByRole('button', { name: 'Move to trash' }).click();
      await page.getByRole('button', { name: 'Undo' }).waitFor();
      const { body } = await user.get('/v1/trash').expect(200);
      expect((body as { items: unknown[] }).items).toHaveLength(3);
    },
  );
});
