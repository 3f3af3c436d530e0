import type { BrowserContextOptions } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { shortened } from '../support/long-form.ts';
import { startWorld } from '../support/world.ts';
import { describeInChromium, DESKTOP, PHONE, SCREENS, signInOn, type Screen } from './chromium.ts';
import { expectTotals, holdUploads, keptFiles, photos, row, send, showList } from './tray.ts';

const world = await startWorld();
const MIB = 2 ** 20;

describeInChromium('the upload tray in Chromium', { url: world.url, ...DESKTOP }, ({ signIn, tolerate }) => {
  describe.each(shortened<Screen[]>(SCREENS, [SCREENS[1]]))('on %s', (screen, options: BrowserContextOptions) => {
    const device = screen.slice(2);

    test('several files of one choice each get a row and become photos', async () => {
      const page = await signIn(`tom-${device}`, options);
      await send(page, await photos('one.jpg', 'two.jpg', 'three.jpg'));
      if (options === PHONE) await showList(page);
      for (const name of ['one.jpg', 'two.jpg', 'three.jpg']) await row(page, name).getByText('Added').waitFor();
      await expectTotals(page, '3 of 3 uploaded');
      await page.reload();
      expect(await page.locator('.photo').count()).toBe(3);
      expect(await page.locator('.tray').count()).toBe(0);
    });

    test('refused files and files that are there already do not stop the others', async () => {
      const page = await signIn(`uma-${device}`, options);
      const [first, second] = await photos('first.jpg', 'second.jpg');
      if (!first || !second) throw new Error('There are two files.');
      await send(page, [first]);
      if (options === PHONE) await showList(page);
      await row(page, 'first.jpg').getByText('Added').waitFor();
      const text = { name: 'text.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no picture') };
      const tiff = { name: 'large.tif', mimeType: 'image/tiff', buffer: Buffer.alloc(21 * MIB, 'II*\0') };
      await send(page, [text, tiff, { ...first, name: 'again.jpg' }, second]);
      await row(page, 'again.jpg').getByText('Already').waitFor();
      await row(page, 'second.jpg').getByText('Added').waitFor();
      for (const name of ['text.jpg', 'large.tif']) {
        await row(page, name).getByText('This file is not a photo').waitFor();
        await row(page, name).getByRole('button', { name: 'Try again' }).waitFor();
      }
      await expectTotals(page, '3 of 5 uploaded, 2 refused');
      tolerate(/status of 4/);
    });
  });

  test('the tray on a phone is a line until a file needs the person', async () => {
    const page = await signIn('lin', PHONE);
    await send(page, await photos('one.jpg', 'two.jpg'));
    await expectTotals(page, '2 of 2 uploaded');
    expect(await row(page, 'one.jpg').isVisible()).toBe(false);
    const { height = 0 } = (await page.locator('.tray').boundingBox()) ?? {};
    expect(height).toBeGreaterThan(0);
    expect(height).toBeLessThan(64);
    await send(page, [{ name: 'text.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no picture') }]);
    await row(page, 'text.jpg').getByText('This file is not a photo').waitFor();
    await page.getByRole('button', { name: 'Hide the list' }).click();
    expect(await row(page, 'text.jpg').isVisible()).toBe(false);
    await expectTotals(page, '2 of 3 uploaded, 1 refused');
    tolerate(/status of 4/);
  });

  test('an upload waits while the browser is offline, and goes on by itself', async () => {
    const page = await signIn('vic');
    await send(page, await photos('before.jpg'));
    await row(page, 'before.jpg').getByText('Added').waitFor();
    await page.context().setOffline(true);
    await send(page, await photos('later.jpg'));
    await row(page, 'later.jpg').getByText('No network').waitFor();
    await page.context().setOffline(false);
    await row(page, 'later.jpg').getByText('Added').waitFor();
    tolerate(/ERR_INTERNET_DISCONNECTED/);
  });

  test('uploads whose session has ended go on after a sign-in in another tab', async () => {
    const page = await signIn('wes');
    await page.context().clearCookies();
    await send(page, await photos('kept-one.jpg', 'kept-two.jpg'));
    for (const name of ['kept-one.jpg', 'kept-two.jpg'])
      await row(page, name).getByText('You are signed out').waitFor();
    const opening = page.context().waitForEvent('page');
    await row(page, 'kept-one.jpg').getByRole('link', { name: 'Sign in' }).click();
    await signInOn(await opening, 'wes');
    for (const name of ['kept-one.jpg', 'kept-two.jpg']) await row(page, name).getByText('Added').waitFor();
    tolerate(/status of 401/);
  });

  test('uploads whose session has ended go on after a sign-in in the same tab', async () => {
    const page = await signIn('wanda');
    await page.context().clearCookies();
    await send(page, await photos('still-here.jpg'));
    await row(page, 'still-here.jpg').getByText('You are signed out').waitFor();
    await signInOn(page, 'wanda');
    await row(page, 'still-here.jpg').getByText('Added').waitFor();
    tolerate(/status of 401/);
  });

  test('files that are chosen without network, before the tray is loaded, are uploaded when it is back', async () => {
    const page = await signIn('ned');
    await page.context().setOffline(true);
    await send(page, await photos('early.jpg'));
    await page.getByText('Your uploads begin when it is back').waitFor();
    await page.context().setOffline(false);
    await row(page, 'early.jpg').getByText('Added').waitFor();
    tolerate(/ERR_INTERNET_DISCONNECTED/);
  });

  test('the uploads of a person are neither shown to nor sent by the next person', async () => {
    const page = await signIn('abe');
    await holdUploads(page);
    await send(page, await photos('secret.jpg'));
    await expect.poll(() => keptFiles(page)).toBe(1);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Your name').waitFor();
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await signInOn(page, 'bea');
    expect(await page.evaluate('localStorage.length')).toBe(0);
    expect(await keptFiles(page)).toBe(0);
    expect(await page.locator('.photo, .tray').count()).toBe(0);
  });

  test('the uploads of a person whose session has ended are not sent by another person', async () => {
    const page = await signIn('cat');
    await page.context().clearCookies();
    await send(page, await photos('secret.jpg'));
    await row(page, 'secret.jpg').getByText('You are signed out').waitFor();
    const other = await page.context().newPage();
    await signInOn(other, 'dora');
    await page.locator('.tray').waitFor({ state: 'detached' });
    expect(await keptFiles(page)).toBe(0);
    await other.reload();
    expect(await other.locator('.photo, .tray').count()).toBe(0);
    tolerate(/status of 401/);
  });

  test('small files come back by themselves after a reload in the middle', async () => {
    const page = await signIn('rae');
    const release = await holdUploads(page);
    await send(page, await photos('one.jpg', 'two.jpg', 'three.jpg', 'four.jpg'));
    await row(page, 'one.jpg')
      .getByText(/Starting|Almost there/)
      .waitFor();
    await expect.poll(() => keptFiles(page)).toBe(4);
    // Uploads of the first page would end before the reload if they were released before it.
    await page.reload();
    await release();
    await expectTotals(page, '4 of 4 uploaded');
    await page.reload();
    expect(await page.locator('.photo').count()).toBe(4);
    expect(await page.locator('.tray').count()).toBe(0);
  });
});
