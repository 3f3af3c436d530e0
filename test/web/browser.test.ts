import type { Locator, Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { picture } from '../support/picture.ts';
import { startWorld } from '../support/world.ts';
import { describeInChromium, signInOn } from './chromium.ts';

const world = await startWorld();
const WITHOUT_SCRIPTS = { url: world.url, javaScriptEnabled: false };

describeInChromium('the pages in Chromium, without scripts', WITHOUT_SCRIPTS, ({ open, signIn, tolerate }) => {
  async function upload(page: Page, caption: string, buffer: Buffer): Promise<void> {
    if (!(await page.getByLabel('Caption').isVisible())) await page.goto('/upload_photo');
    await page.getByLabel('Caption').fill(caption);
    await page.locator('input[type="file"]').setInputFiles({ name: 'rex.jpg', mimeType: 'image/jpeg', buffer });
    await page.getByRole('button', { name: 'Upload' }).click();
  }

  test('a photo that is uploaded by the form is in the grid of the next page, as a picture', async () => {
    const page = await signIn('ana');
    expect(await page.getByText('No photos yet').isVisible()).toBe(true);
    await upload(page, 'Rex at the sea', await picture({ takenAt: '2019-07-01T10:00:00' }));
    expect(new URL(page.url()).pathname).toBe('/recent');
    const image = page.getByRole('img', { name: 'Rex at the sea' });
    await waitUntilShown(image);
    expect(await page.getByText('1 Jul 2019, 10:00').isVisible()).toBe(true);
    await page.getByRole('link', { name: 'Rex at the sea' }).click();
    expect(new URL(page.url()).pathname).toMatch(/^\/photo\/\w{16}$/);
    await waitUntilShown(page.getByRole('img', { name: 'Rex at the sea' }));
    await page.getByRole('button', { name: 'Move to trash' }).click();
    await page.getByRole('button', { name: 'Undo' }).click();
    expect(await page.getByRole('status').textContent()).toBe('Back from the trash.');
  });

  test('the menu of a phone shows all its links without scrolling', async () => {
    const page = await signIn('mia', { viewport: { width: 390, height: 844 } });
    const links = page.locator('.menu a:visible');
    const shown = [
      'Photos',
      'Recent',
      'Albums',
      'Places',
      'Shared',
      'Favourites',
      'Archive',
      'Trash',
      'Search',
      'Activity',
    ];
    expect(await links.allTextContents()).toEqual(shown);
    for (const link of await links.all()) {
      const { x = 0, width = 0 } = (await link.boundingBox()) ?? {};
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x + width).toBeLessThanOrEqual(390);
    }
    expect(await page.getByRole('link', { name: 'Settings of mia' }).isVisible()).toBe(true);
    expect(await scrollWidthOf(page)).toBe(390);
  });

  test('the same photo again is told about, and adds nothing', async () => {
    const page = await signIn('bob');
    const bytes = await picture();
    await upload(page, 'once', bytes);
    await upload(page, 'twice', bytes);
    expect(await page.getByRole('status').textContent()).toContain('already');
    await page.goto('/');
    expect(await page.locator('.photo').count()).toBe(1);
  });

  test('a file that is no picture is refused on a page that keeps the caption and leads back', async () => {
    const page = await signIn('carl');
    await upload(page, 'Rex', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'));
    await page.getByRole('heading', { name: 'The photo was not uploaded' }).waitFor();
    expect(await page.locator('.results li').textContent()).toContain('not a photo that can be shown here');
    expect(await page.getByLabel('Caption').inputValue()).toBe('Rex');
    await page.getByRole('link', { name: 'Back to your photos' }).click();
    await page.getByText('No photos yet').waitFor();
    // The browser itself notes the status of the refusal.
    tolerate(/status of 415/);
  });

  test.each([
    ['a desktop', viewport(1280)],
    ['a phone', viewport(390)],
  ])('several photos go in one form, each with its line, on %s', async (_screen, options) => {
    const page = await signIn(`mia-${options.viewport.width}`, options);
    await page.goto('/upload_photo');
    await page.getByText('30 MB together').waitFor();
    await page.getByLabel('Caption').fill('Holiday');
    await page.locator('input[type="file"]').setInputFiles([
      { name: 'one.jpg', mimeType: 'image/jpeg', buffer: await picture() },
      { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('no picture') },
      { name: 'two.jpg', mimeType: 'image/jpeg', buffer: await picture() },
    ]);
    await page.getByRole('button', { name: 'Upload' }).click();
    await page.getByRole('heading', { name: '2 of 3 photos are uploaded' }).waitFor();
    expect(await page.locator('.results .name').allInnerTexts()).toEqual(['one.jpg', 'notes.txt', 'two.jpg']);
    await waitUntilShown(page.locator('.results img').first());
    expect(await page.getByLabel('Caption').inputValue()).toBe('Holiday');
    expect(await scrollWidthOf(page)).toBe(options.viewport.width);
    await page.goto('/recent');
    expect(await page.locator('figcaption p').allTextContents()).toEqual(['Holiday', 'Holiday']);
  });

  test('a caption of markup is shown as it was written', async () => {
    const caption = `"><script>document.title = 'taken over'</script><img src=x>`;
    const page = await signIn('dora', { javaScriptEnabled: true });
    await upload(page, caption, await picture());
    await page.getByText('Added to your photos').waitFor();
    await page.reload();
    expect(await page.locator('figcaption p').textContent()).toBe(caption);
    expect(await page.title()).toContain('Photo Timeline');
  });

  test('the pages of a timeline are walked by their links, there and back', async () => {
    const eve = await world.user('eve');
    for (let count = 1; count <= 51; count++) {
      await eve
        .upload(await picture({ width: 64, height: 48 }), { fields: { caption: `number ${count}` } })
        .expect(201);
    }
    const page = await signIn('eve');
    await page.goto('/recent');
    expect(await page.locator('.photo').count()).toBe(50);
    await page.getByRole('link', { name: 'Older photos' }).click();
    expect(await page.locator('figcaption p').allTextContents()).toEqual(['number 1']);
    await page.getByRole('link', { name: 'Newer photos' }).click();
    expect(await page.locator('figcaption p').first().textContent()).toBe('number 51');
    expect(await page.getByRole('link', { name: 'Newer photos' }).count()).toBe(0);
  });

  test('the sign-in page follows a sign-out', async () => {
    const page = await signIn('fay');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Your name').waitFor();
  });

  test('the sample’s page posts as whom its text box names', async () => {
    await (await world.user('gus')).upload(await picture()).expect(201);
    const page = await open();
    await page.goto('/user/gus/web/');
    await page.getByLabel('Post as').fill('hal');
    await upload(page, 'from the page', await picture());
    expect(new URL(page.url()).pathname).toBe('/user/hal/json/');
    await page.goto('/user/hal/web/');
    await page.getByText('from the page').waitFor();
  });

  test('the keyboard’s first stop skips to the content', async () => {
    const page = await open();
    await page.goto('/');
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').textContent()).toBe('To the content');
    await page.keyboard.press('Enter');
    expect(await page.locator(':focus').getAttribute('id')).toBe('main');
  });

  describe('the grid', () => {
    beforeAll(async () => {
      const ivy = await world.user('ivy');
      const shapes = [3, 0.75, 1.5, 1, 0.5, 1.78, 1.33, 0.67, 1.5, 4, 1.33];
      for (const shape of shapes) {
        const bytes = await picture({ width: Math.round(400 * shape), height: 400 });
        await ivy.upload(bytes, { fields: { caption: 'averylongwordwithoutanyspace'.repeat(3) } }).expect(201);
      }
      await world.drain();
    });

    test.each([360, 800, 1600])('fits a screen of %i px, and nothing moves when pictures arrive', async (width) => {
      const [bare, full] = await Promise.all([open(viewport(width)), open(viewport(width))]);
      await bare.route('**/image/**', (route) => route.fulfill({ contentType: 'image/jpeg', body: '' }));
      await Promise.all([signInOn(bare, 'ivy'), signInOn(full, 'ivy')]);
      await waitUntilShown(full.locator('.photo img[srcset]').first());
      expect(await boxesOf(bare)).toEqual(await boxesOf(full));
      for (const { x, width: own } of await boxesOf(full)) expect(x + own).toBeLessThanOrEqual(width);
      expect(await scrollWidthOf(full)).toBe(width);
    });

    test('gives all photos of a row one height and fills every row but the last', async () => {
      const page = await signIn('ivy', viewport(1600));
      await page.goto('/recent');
      const rows = [...Map.groupBy(await boxesOf(page), ({ y }) => Math.round(y)).values()];
      expect(rows.length).toBeGreaterThan(1);
      for (const row of rows) for (const { height } of row) expect(height).toBeCloseTo(row[0]?.height ?? 0, 0);
      const ends = rows.slice(0, -1).map((row) => Math.max(...row.map(({ x, width }) => Math.round(x + width))));
      expect(new Set(ends).size).toBe(1);
    });
  });
});

const viewport = (width: number) => ({ viewport: { width, height: 900 } });

/** Where the frames of the photos are, in CSS pixels. */
async function boxesOf(page: Page) {
  const frames = await page.locator('.frame').all();
  const boxes = await Promise.all(frames.map((frame) => frame.boundingBox()));
  return boxes.filter((box) => box !== null);
}

/** As wide as all that it holds, in CSS pixels. */
const scrollWidthOf = (page: Page) =>
  page.locator('html').evaluate((root) => (root as { scrollWidth: number }).scrollWidth);

async function waitUntilShown(image: Locator): Promise<void> {
  await image.evaluate((element) => (element as unknown as { decode(): Promise<void> }).decode());
}
