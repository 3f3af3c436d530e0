import { describe, expect, test } from 'vitest';
import { startWorld } from '../../support/world.ts';
import { describeInChromium, DESKTOP, openChromium, PHONE, signInOn } from '../chromium.ts';
import { scrollToEnd, showOnePicture, userWithPhotos, watchShifts } from '../long-list.ts';
import { longestTaskMs, traceTasks } from './longest-task.ts';

const world = await startWorld({ env: { RATE_LIMITS: 'off' } });
const PHOTOS = 10_000;
const YEAR = { first: Date.parse('2025-01-01'), last: Date.parse('2025-12-31') };

describeInChromium(`scrolling through ${PHOTOS} photos`, { url: world.url }, () => {
  for (const [screen, options] of [
    ['desktop', DESKTOP],
    ['phone', PHONE],
  ] as const) {
    describe(`scrolling through ${PHOTOS} photos on a ${screen}`, () => {
      test('no task takes more than 50 ms, nothing moves, and few elements stay', { timeout: 3_600_000 }, async () => {
        const user = await userWithPhotos(world, PHOTOS, YEAR);
        const browser = await openChromium();
        const page = await browser.newPage({ baseURL: world.url, ...options });
        page.setDefaultTimeout(600_000);
        await showOnePicture(page);
        await watchShifts(page);
        await signInOn(page, user.name);
        let longestMs = 0;
        const readTrace = async () => void (longestMs = Math.max(longestMs, await longestTaskMs(browser)));
        await traceTasks(browser);
        const { shifts, elements } = await scrollToEnd(page, async () => {
          await readTrace();
          await traceTasks(browser);
        });
        await readTrace();
        await browser.close();
        process.stdout.write(
          `${screen}: longest task ${longestMs.toFixed(1)} ms of CPU time, shifts ${shifts.toFixed(4)}, at most ${elements} elements\n`,
        );
        expect(longestMs).toBeLessThanOrEqual(50);
        expect(shifts).toBeLessThanOrEqual(0.01);
        expect(elements).toBeLessThan(3500);
      });
    });
  }
});
