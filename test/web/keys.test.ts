import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Photo } from '../../src/features/photos/schemas.ts';
import { checked } from '../support/checked.ts';
import { isLongForm } from '../support/long-form.ts';
import { picture } from '../support/picture.ts';
import type { TestUser } from '../support/test-user.ts';
import { startWorld } from '../support/world.ts';
import { violationsOf } from './axe.ts';
import { describeInChromium, DESKTOP, PHONE } from './chromium.ts';

const world = await startWorld();

const UploadedPhoto = z.looseObject({ photo: z.looseObject({ id: z.string() }) });

describeInChromium('the keys of lists and of the lightbox', { url: world.url, ...DESKTOP }, ({ open, tolerate }) => {
  let user: TestUser;
  let ids: Record<string, string>;

  /** The timeline of a new account with a photo of each day. The captions are the days. */
  async function timelineOf(...days: string[]): Promise<Page> {
    user = await world.user();
    ids = {};
    for (const day of days) {
      const bytes = await picture({ takenAt: `${day}T10:00:00` });
      const { body } = await user.upload(bytes, { fields: { caption: day } }).expect(201);
      ids[day] = checked(UploadedPhoto, body).photo.id;
    }
    const page = await open();
    await page.context().request.post('/v1/session', { data: { token: user.token } });
    await page.goto('/');
    return page;
  }

  const shown = (day: string) => user.read(`/v1/photos/${ids[day]}`, Photo);
  const frame = (page: Page, day: string) => page.getByRole('link', { name: day, exact: true });
  const told = (page: Page, text: string) => page.locator('.toast').getByText(text).waitFor();

  async function openLightbox(page: Page, day: string): Promise<void> {
    await frame(page, day).click();
    await page.locator('.pswp--ui-visible').waitFor();
  }

  const THREE = ['2019-07-03', '2019-07-02', '2019-07-01'];

  describe.each([
    ['list', 0],
    ['lightbox', 1],
  ] as const)('in the %s', (place, index) => {
    let acts = 0;
    /** Tests an act in both places, or in the short form in the two in turn. */
    function testAct(name: string, act: () => Promise<void>): void {
      const define = isLongForm || acts++ % 2 === index ? test : () => undefined;
      define(name, act);
    }

    async function begin(): Promise<Page> {
      const page = await timelineOf(...THREE);
      if (place === 'list') await frame(page, '2019-07-02').focus();
      else await openLightbox(page, '2019-07-02');
      return page;
    }

    testAct('f makes the photo a favourite, and Ctrl+Z undoes it', async () => {
      const page = await begin();
      await page.keyboard.press('f');
      await told(page, 'Added to your favourites.');
      expect((await shown('2019-07-02')).favourite).toBe(true);
      await page.keyboard.press('Control+z');
      await told(page, 'No longer a favourite.');
      expect((await shown('2019-07-02')).favourite).toBe(false);
    });

    testAct('Shift+A archives the photo, which leaves the list, and Undo brings it back', async () => {
      const page = await begin();
      await page.keyboard.press('Shift+A');
      await told(page, 'Moved to the archive.');
      expect((await shown('2019-07-02')).archived).toBe(true);
      await expect.poll(() => page.locator('.photo:visible').count()).toBe(2);
      await page.getByRole('button', { name: 'Undo' }).click();
      await told(page, 'Back in the timeline.');
      expect((await shown('2019-07-02')).archived).toBe(false);
      await expect.poll(() => page.locator('.photo:visible').count()).toBe(3);
    });

    testAct('Delete moves the photo to the trash, shows the next one, and Undo brings it back', async () => {
      const page = await begin();
      await page.keyboard.press('Delete');
      await told(page, 'Moved to the trash.');
      expect((await shown('2019-07-02')).trashedAt).not.toBeNull();
      const current = () =>
        place === 'list'
          ? page.locator(':focus img[width]').getAttribute('alt')
          : page.locator('.lightbox-caption').textContent();
      await expect.poll(current).toBe('2019-07-01');
      await page.getByRole('button', { name: 'Undo' }).click();
      await told(page, 'Back from the trash.');
      expect((await shown('2019-07-02')).trashedAt).toBeNull();
      await expect.poll(() => page.locator('.photo:visible').count()).toBe(3);
    });

    testAct('i leads to the page of the photo', async () => {
      const page = await begin();
      await page.keyboard.press('i');
      await page.locator('.single').waitFor();
      expect(new URL(page.url()).pathname).toBe(`/photo/${ids['2019-07-02']}`);
    });

    testAct('? lists the keys and closes the list again', async () => {
      const page = await begin();
      await page.keyboard.press('?');
      const keys = page.getByRole('dialog', { name: 'Keys' });
      await keys.getByText('move to the trash').waitFor();
      await page.keyboard.press('?');
      await expect.poll(() => keys.count()).toBe(0);
    });

    testAct('an act on a photo that was deleted in another tab says so, and the photo leaves the list', async () => {
      const page = await begin();
      await user.delete(`/v1/photos/${ids['2019-07-02']}`).expect(204);
      await user.delete(`/v1/trash/${ids['2019-07-02']}`).expect(204);
      await page.keyboard.press('f');
      await told(page, 'It may have been deleted for good, perhaps in another window.');
      await expect.poll(() => page.locator('.photo:visible').count()).toBe(2);
      // The browser notes each refusal, also those of pictures on their way.
      tolerate(/status of 404/);
    });

    testAct('an act after the session has ended offers to sign in and to come back', async () => {
      const page = await begin();
      await page.context().clearCookies();
      await page.keyboard.press('f');
      const link = page.locator('.toast').getByRole('link', { name: 'Sign in' });
      expect(await link.getAttribute('href')).toBe('/sign-in?returnTo=%2F');
      // The browser notes each refusal, in the lightbox also those of pictures.
      tolerate(/status of 401/);
    });

    testAct('an act without a network says so and changes nothing', async () => {
      const page = await begin();
      await page.context().setOffline(true);
      await page.keyboard.press('f');
      await told(page, 'There is no network now.');
      await page.context().setOffline(false);
      expect((await shown('2019-07-02')).favourite).toBe(false);
      // Pictures that were still to come complain too.
      tolerate(/ERR_INTERNET_DISCONNECTED/);
    });
  });

  test('Shift+D in the lightbox downloads the original', async () => {
    const page = await timelineOf(...THREE);
    await openLightbox(page, '2019-07-02');
    const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Shift+D')]);
    expect(download.suggestedFilename()).toBe('photo.jpg');
  });

  test('d, m and y lead to the next older day, month and year, and with Shift to the newer ones', async () => {
    const page = await timelineOf('2021-05-02', '2021-05-01', '2021-04-01', '2019-07-01');
    await frame(page, '2021-05-02').focus();
    const focused = () => page.locator(':focus img[width]').getAttribute('alt');
    for (const [key, day] of [
      ['d', '2021-05-01'],
      ['m', '2021-04-01'],
      ['y', '2019-07-01'],
      ['Shift+Y', '2021-05-02'],
      ['m', '2021-04-01'],
      ['Shift+M', '2021-05-02'],
      ['y', '2019-07-01'],
      ['Shift+D', '2021-04-01'],
    ] as const) {
      await page.keyboard.press(key);
      await expect.poll(focused).toBe(day);
    }
  });

  test('g asks for a date and leads to the newest photo that is not after it', async () => {
    const page = await timelineOf('2021-05-02', '2020-04-01', '2019-07-01');
    await page.keyboard.press('g');
    await page.getByRole('textbox', { name: 'Date' }).fill('2020-12-24');
    await page.getByRole('button', { name: 'Go' }).click();
    await expect.poll(() => new URL(page.url()).search).toBe('?from=2020-12-24');
    await expect.poll(() => page.locator('.photo img[width]').first().getAttribute('alt')).toBe('2020-04-01');
  });

  test('a photo that was deleted in another tab is told about in the lightbox, not shown as a fault', async () => {
    const page = await timelineOf(...THREE);
    await user.delete(`/v1/photos/${ids['2019-07-02']}`).expect(204);
    await user.delete(`/v1/trash/${ids['2019-07-02']}`).expect(204);
    await openLightbox(page, '2019-07-02');
    await page.locator('.pswp__error-msg').getByText('This photo is not here').waitFor();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => page.locator('.lightbox-caption').textContent()).toBe('2019-07-01');
    tolerate(/status of 404/);
  });

  test('a photo that another tab moved to the trash leaves the list when its tab comes to the front', async () => {
    const page = await timelineOf(...THREE);
    const other = await page.context().newPage();
    await other.goto(`/photo/${ids['2019-07-02']}`);
    await other.getByRole('button', { name: 'Move to trash' }).click();
    await other.getByText('Moved to the trash.').waitFor();
    await page.bringToFront();
    await page.evaluate("dispatchEvent(new Event('focus'))");
    await expect.poll(() => page.locator('.photo:visible').count()).toBe(2);
  });

  test('a finger swipes to the next photo and closes the lightbox by swiping down', async () => {
    const days = await timelineOf(...THREE);
    // The lightbox takes no gesture while it is still opening: so it opens at once.
    const page = await open({ ...PHONE, reducedMotion: 'reduce' });
    await page.context().addCookies(await days.context().cookies());
    await page.goto('/');
    await frame(page, '2019-07-02').tap();
    await page.locator('.pswp--ui-visible').waitFor();
    await swipe(page, { x: 330, y: 420 }, { x: 60, y: 420 });
    await expect.poll(() => page.locator('.lightbox-caption').textContent()).toBe('2019-07-01');
    await swipe(page, { x: 60, y: 420 }, { x: 330, y: 420 });
    await expect.poll(() => page.locator('.lightbox-caption').textContent()).toBe('2019-07-02');
    await swipe(page, { x: 200, y: 300 }, { x: 200, y: 760 });
    await expect.poll(() => page.locator('.pswp').count()).toBe(0);
  });

  test('z enlarges the photo in the lightbox, and z again shows all of it', async () => {
    user = await world.user();
    const bytes = await picture({ width: 2400, height: 1800, takenAt: '2019-07-01T10:00:00' });
    await user.upload(bytes, { fields: { caption: 'large' } }).expect(201);
    const page = await open();
    await page.context().request.post('/v1/session', { data: { token: user.token } });
    await page.goto('/');
    await openLightbox(page, 'large');
    const width = async () =>
      (await page.locator('img.pswp__img:not(.pswp__img--placeholder)').boundingBox())?.width ?? 0;
    await expect.poll(width).toBeGreaterThan(0);
    const whole = await width();
    await page.keyboard.press('z');
    await expect.poll(width).toBeGreaterThan(whole * 1.5);
    await page.keyboard.press('z');
    await expect.poll(width).toBeLessThan(whole * 1.05);
  });

  test('the scrubber, the notice and the dialogs break no rule of axe', async () => {
    const page = await timelineOf(...THREE);
    await frame(page, '2019-07-02').focus();
    await page.keyboard.press('f');
    await told(page, 'Added to your favourites.');
    expect(await violationsOf(page)).toEqual([]);
    await page.keyboard.press('?');
    expect(await violationsOf(page)).toEqual([]);
    await page.keyboard.press('?');
    await page.keyboard.press('g');
    expect(await violationsOf(page)).toEqual([]);
  });

  test('the open lightbox breaks no rule of axe', async () => {
    const page = await timelineOf(...THREE);
    await openLightbox(page, '2019-07-02');
    await page.keyboard.press('f');
    await told(page, 'Added to your favourites.');
    expect(await violationsOf(page)).toEqual([]);
  });

  test('nothing moves by itself for people who asked for less motion', async () => {
    const page = await timelineOf(...THREE);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await openLightbox(page, '2019-07-02');
    expect(await page.evaluate("getComputedStyle(document.querySelector('.pswp')).transitionDuration")).toMatch(
      /^0s|^0\.0/,
    );
  });
});

/** Moves a finger over the screen in steps, as Chromium reports a real one. */
async function swipe(page: Page, from: { x: number; y: number }, to: { x: number; y: number }): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', share: number) =>
    devtools.send('Input.dispatchTouchEvent', {
      type,
      touchPoints:
        type === 'touchEnd' ? [] : [{ x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share }],
    });
  await touch('touchStart', 0);
  for (let step = 1; step <= 8; step++) await touch('touchMove', step / 8);
  await touch('touchEnd', 1);
}
