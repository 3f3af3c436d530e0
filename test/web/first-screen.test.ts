import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { picture } from '../support/picture.ts';
import type { TestUser } from '../support/test-user.ts';
import { startWorld } from '../support/world.ts';
import { describeInChromium, DESKTOP, PHONE, signInOn } from './chromium.ts';

const world = await startWorld();

/** Widths of the smaller sizes of a landscape photo, in pixels. */
const WIDTHS = [256, 640, 1280];

describeInChromium('the first screen of the timeline', { url: world.url }, ({ open }) => {
  let user: TestUser;
  beforeAll(async () => {
    user = await world.user();
    for (const takenAt of ['2019-07-03T10:00:00', '2019-07-02T10:00:00', '2019-07-01T10:00:00']) {
      await user.upload(await picture({ width: 1600, height: 1200, takenAt })).expect(201);
    }
    await world.drain();
  });

  test.each([
    ['on', true],
    ['off', false],
  ])('a phone shows photos on the upper half, not a form, with script %s', async (_state, javaScriptEnabled) => {
    const page = await open({ ...PHONE, javaScriptEnabled });
    await signInOn(page, user.name);
    expect(await page.locator('.upload').isVisible()).toBe(false);
    expect((await page.locator('.photo').first().boundingBox())?.y).toBeLessThan(422);
  });

  test.each([
    ['a desktop', DESKTOP, 1],
    ['a desktop of twice the pixels', DESKTOP, 2],
    ['a phone', PHONE, 2],
  ])('%s loads the smallest size that has the pixels that it shows', async (_screen, options, deviceScaleFactor) => {
    const page = await open({ ...options, deviceScaleFactor });
    await signInOn(page, user.name);
    for (const { loaded, shown } of await pictures(page)) {
      // A row is stretched up to its edge, so `sizes` differs from the width that is shown by up to a fifth.
      const right = [0.8, 1.2].map((share) => WIDTHS.find((width) => width >= share * shown * deviceScaleFactor));
      expect(right, `for ${shown} CSS pixels`).toContain(loaded);
    }
  });
});

/** For each photo of the grid: the width of the file that the browser chose, and the width that it shows, in CSS pixels. */
async function pictures(page: Page): Promise<{ loaded: number; shown: number }[]> {
  const images = await page.locator('.frame img[width]').all();
  return Promise.all(
    images.map((image) =>
      image.evaluate(async (element) => {
        const shown = element as unknown as {
          decode(): Promise<void>;
          currentSrc: string;
          clientWidth: number;
          srcset: string;
        };
        await shown.decode();
        const chosen = shown.srcset.split(', ').find((source) => shown.currentSrc.endsWith(source.split(' ')[0] ?? ''));
        const [, width] = /(\d+)w$/.exec(chosen ?? '') ?? [];
        return { loaded: Number(width), shown: shown.clientWidth };
      }),
    ),
  );
}
