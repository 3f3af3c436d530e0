import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { picture } from '../support/picture.ts';
import { startWorld } from '../support/world.ts';
import { describeInChromium, DESKTOP, PHONE } from './chromium.ts';

const world = await startWorld();
/** Three pages of a list. */
const PHOTOS = 110;

describeInChromium('the pages in Chromium, with scripts', { url: world.url, ...DESKTOP }, ({ signIn, complaints }) => {
  beforeAll(async () => {
    const dan = await world.user('dan');
    for (let count = 1; count <= PHOTOS; count++) {
      const taken = new Date(Date.UTC(2019, 6, 1, 10, 20 * count)).toISOString().slice(0, 19);
      const bytes = await picture({ width: 120, height: 80, takenAt: taken });
      await dan.upload(bytes, { fields: { caption: `number ${count}` } }).expect(201);
    }
    await world.drain();
  });

  describe.each([
    ['a desktop', DESKTOP],
    ['a phone', PHONE],
  ])(`a list of ${PHOTOS} photos on %s`, (_screen, options) => {
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

  describe('the upload tray', () => {
    const files = async (...names: string[]) =>
      Promise.all(names.map(async (name) => ({ name, mimeType: 'image/jpeg', buffer: await picture() })));
    const send = async (page: Page, chosen: { name: string; mimeType: string; buffer: Buffer }[]) => {
      if (!(await page.locator('.upload').isVisible())) await page.getByText('Upload photos', { exact: true }).click();
      await page.locator('input[type=file]').setInputFiles(chosen);
      await page.getByRole('button', { name: 'Upload', exact: true }).click();
    };
    const row = (page: Page, name: string) => page.locator('.tray li', { hasText: name });

    test.each([
      ['a desktop', DESKTOP],
      ['a phone', PHONE],
    ])('several files of one choice each get a row and become photos on %s', async (screen, options) => {
      const page = await signIn(screen === 'a phone' ? 'tia' : 'tom', options);
      await send(page, await files('one.jpg', 'two.jpg', 'three.jpg'));
      for (const name of ['one.jpg', 'two.jpg', 'three.jpg']) await row(page, name).getByText('Added').waitFor();
      await page.getByText('3 of 3 uploaded').first().waitFor();
      await page.reload();
      expect(await page.locator('.photo').count()).toBe(3);
    });

    test('a file that is there already and a file that is no picture do not stop the others', async () => {
      const page = await signIn('uma');
      const [first, second] = await files('first.jpg', 'second.jpg');
      if (!first || !second) throw new Error('There are two files.');
      await send(page, [first]);
      await row(page, 'first.jpg').getByText('Added').waitFor();
      const text = { name: 'text.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no picture') };
      await send(page, [{ ...first, name: 'again.jpg' }, text, second]);
      await row(page, 'again.jpg').getByText('Already').waitFor();
      await row(page, 'second.jpg').getByText('Added').waitFor();
      await row(page, 'text.jpg').getByRole('button', { name: 'Try again' }).waitFor();
      // The browser itself notes the status of the refusal, and that it cannot show the text as a picture.
      expect(complaints.splice(0).filter((line) => !/status of 4/.test(line))).toEqual([]);
    });

    test('an upload waits while the browser is offline, and goes on by itself', async () => {
      const page = await signIn('vic');
      await send(page, await files('before.jpg'));
      await row(page, 'before.jpg').getByText('Added').waitFor();
      await page.context().setOffline(true);
      await send(page, await files('later.jpg'));
      await row(page, 'later.jpg').getByText('No network').waitFor();
      await page.context().setOffline(false);
      await row(page, 'later.jpg').getByText('Added').waitFor();
      expect(complaints.splice(0).filter((line) => !line.includes('ERR_INTERNET_DISCONNECTED'))).toEqual([]);
    });

    test('an upload whose session has ended goes on after a sign-in in another tab', async () => {
      const page = await signIn('wes');
      const cookies = await page.context().cookies();
      await page.context().clearCookies();
      await send(page, await files('kept.jpg'));
      await row(page, 'kept.jpg').getByRole('link', { name: 'Sign in' }).waitFor();
      await page.context().addCookies(cookies);
      await page.evaluate("dispatchEvent(new Event('focus'))");
      await row(page, 'kept.jpg').getByText('Added').waitFor();
      expect(complaints.splice(0).filter((line) => !/status of 401/.test(line))).toEqual([]);
    });

    test('a large file goes by an upload session, and goes on where the network cut it', async () => {
      const page = await signIn('xan');
      // Bytes after the end of the picture would be refused: a comment segment fills a picture up to its size.
      const buffer = await largePicture();
      let cut = true;
      await page.route('**/upload/storage/**', (route) => {
        const fail = cut && route.request().method() === 'PUT';
        cut = false;
        return fail ? route.abort('connectionreset') : route.continue();
      });
      await send(page, [{ name: 'large.jpg', mimeType: 'image/jpeg', buffer }]);
      await row(page, 'large.jpg').getByText('Added').waitFor();
      expect(complaints.splice(0).filter((line) => !/ERR_CONNECTION_RESET/.test(line))).toEqual([]);
    });
  });
});

/** A JPEG of 21 MB: comments of 64 KB stand between its first marker and the rest. */
async function largePicture(): Promise<Buffer> {
  const bytes = await picture();
  const comment = Buffer.concat([Buffer.from([0xff, 0xfe, 0xff, 0xff]), Buffer.alloc(0xfffd, 'x')]);
  const comments = Array.from({ length: Math.ceil((21 * 2 ** 20) / comment.length) }, () => comment);
  return Buffer.concat([bytes.subarray(0, 2), ...comments, bytes.subarray(2)]);
}
