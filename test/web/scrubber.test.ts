import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import type { TestUser } from '../support/test-user.ts';
import { shortened } from '../support/long-form.ts';
import { startWorld } from '../support/world.ts';
import { describeInChromium, DESKTOP, PHONE, SCREENS, signInOn, type Screen } from './chromium.ts';
import { showOnePicture, userWithPhotos } from './long-list.ts';

const world = await startWorld();

describeInChromium('the scrubber of the timeline', { url: world.url }, ({ open }) => {
  let user: TestUser;
  beforeAll(async () => {
    // Evenly from 2010 to 2025: some ten a month.
    user = await userWithPhotos(world, 2000);
  });

  const slider = (page: Page) => page.getByRole('slider', { name: 'Months' });
  const monthOf = (page: Page) => slider(page).getAttribute('aria-valuetext');
  const firstDay = (page: Page) => page.locator('.days section').first().getAttribute('data-day');
  const from = (page: Page) => new URL(page.url()).searchParams.get('from');

  async function timeline(options = DESKTOP): Promise<Page> {
    const page = await open(options);
    await showOnePicture(page);
    await signInOn(page, user.name);
    return page;
  }

  test('keys lead to months and years, and one movement is one entry of the history', async () => {
    const page = await timeline();
    await slider(page).focus();
    expect(await monthOf(page)).toMatch(/^December 2025, \d+ photos$/);
    const entries = await page.evaluate('history.length');
    for (const [key, month, address] of [
      ['ArrowDown', 'November 2025', '2025-11'],
      ['PageDown', 'December 2024', '2024-12'],
      ['End', 'January 2010', '2010-01'],
      ['PageUp', 'December 2011', '2011-12'],
      ['ArrowUp', 'January 2012', '2012-01'],
    ] as const) {
      await page.keyboard.press(key);
      expect(await monthOf(page)).toContain(month);
      await expect.poll(() => from(page)).toBe(address);
      await expect.poll(() => monthOf(page)).toContain(month);
    }
    expect(await page.evaluate('history.length')).toBe(Number(entries) + 5);
    await page.keyboard.press('Home');
    await expect.poll(() => new URL(page.url()).pathname + new URL(page.url()).search).toBe('/');
    await expect.poll(() => firstDay(page)).toContain('2025-12');
  });

  test('the pointer drags to a month by its share of the photos, and a tooltip names month and count', async () => {
    const page = await timeline();
    const box = (await slider(page).boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
    const x = box.x + box.width - 10;
    await page.mouse.move(x, box.y + 5);
    await page.mouse.down();
    await page.mouse.move(x, box.y + box.height / 4, { steps: 4 });
    await page.mouse.move(x, box.y + box.height / 2, { steps: 4 });
    await page
      .locator('.tip')
      .getByText(/^(December 2017|January 2018), \d+ photos$/)
      .waitFor();
    await page.mouse.up();
    await expect.poll(() => from(page)).toMatch(/^(2017-12|2018-01)$/);
    await expect.poll(() => firstDay(page)).toMatch(/^(2017-12|2018-01)/);
    await page.goBack();
    await expect.poll(() => firstDay(page)).toContain('2025-12');
  });

  test('a finger drags the knob on a phone, which appears while the list scrolls', async () => {
    const page = await timeline(PHONE);
    const devtools = await page.context().newCDPSession(page);
    expect(await page.locator('.scrubber').evaluate(opacity)).toBe('0');
    await page.mouse.wheel(0, 300);
    await expect.poll(() => page.locator('.scrubber').evaluate(opacity)).toBe('1');
    const knob = (await page.locator('.knob').boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
    const x = knob.x + 15;
    const touch = (type: 'touchStart' | 'touchMove', y: number) =>
      devtools.send('Input.dispatchTouchEvent', { type, touchPoints: [{ x, y }] });
    await touch('touchStart', knob.y + knob.height / 2);
    for (let y = knob.y + 40; y < 600; y += 40) await touch('touchMove', y);
    await devtools.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    await expect.poll(() => from(page)).toMatch(/^201\d-/);
    await expect.poll(() => firstDay(page)).toMatch(/^201\d-/);
  });

  test('the knob follows the list', async () => {
    const page = await timeline();
    await page.keyboard.press('End');
    await expect.poll(() => monthOf(page)).not.toContain('December 2025');
  });

  describe.each(shortened<Screen[]>(SCREENS, [SCREENS[0]]))('after a jump on %s', (_screen, options) => {
    test('newer photos come when scrolling up, without a gap', async () => {
      const page = await timeline(options);
      await page.goto('/?from=2018-06');
      await expect.poll(() => firstDay(page)).toContain('2018-06');
      await page.mouse.wheel(0, 800);
      await expect.poll(() => page.locator('.days').count()).toBeGreaterThan(1);
      const ids = await page
        .locator('.photo')
        .evaluateAll((photos) => photos.map((photo) => photo.getAttribute('data-id')));
      const listed: string[] = [];
      for (let next = '/v1/timeline?limit=200&from=2018-12'; listed.length < 600;) {
        const { body } = (await user.get(next).expect(200)) as { body: { items: { id: string }[]; next: string } };
        listed.push(...body.items.map(({ id }) => id));
        next = `/v1/timeline?limit=200&cursor=${body.next}`;
      }
      const at = listed.indexOf(ids[0] ?? '');
      expect(at).toBeGreaterThanOrEqual(0);
      expect(ids).toEqual(listed.slice(at, at + ids.length));
    });
  });
});

const opacity = (element: unknown) =>
  (globalThis as unknown as { getComputedStyle(of: unknown): { opacity: string } }).getComputedStyle(element).opacity;
