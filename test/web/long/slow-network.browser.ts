import type { Browser, BrowserContextOptions } from 'playwright-core';
import { expect, test } from 'vitest';
import { picture } from '../../support/picture.ts';
import { startWorld } from '../../support/world.ts';
import { describeInChromium, openChromium, PHONE } from '../chromium.ts';

const world = await startWorld({ env: { RATE_LIMITS: 'off' } });

/** A phone on a slow network: 1.6 Mbit/s down, 750 kbit/s up, 150 ms. */
const SLOW = { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 93_750 };
const ROUNDS = 7;

describeInChromium('a phone on a slow network', { url: world.url }, () => {
  test('paints the page of 50 photos with script as early as without', { timeout: 1_800_000 }, async () => {
    const user = await world.user();
    for (let count = 1; count <= 50; count++) {
      const takenAt = `2019-07-${String(1 + (count % 28)).padStart(2, '0')}T10:00:00`;
      await user.upload(await picture({ width: 1600, height: 1200, takenAt })).expect(201);
    }
    await world.drain();
    const browser = await openChromium();
    const rounds: { on: Paint; off: Paint }[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const [first, second] = round % 2 === 0 ? [true, false] : [false, true];
      const [one, other] = [
        await firstPaint(browser, user.token, first),
        await firstPaint(browser, user.token, second),
      ];
      rounds.push(first ? { on: one, off: other } : { on: other, off: one });
    }
    await browser.close();
    const of = (way: 'on' | 'off', what: keyof Paint) => median(rounds.map((round) => round[way][what]));
    const lines = (['on', 'off'] as const).map(
      (way) =>
        `script ${way}: first paint ${of(way, 'paintMs').toFixed(0)} ms, first screen loaded ${of(way, 'loadMs').toFixed(0)} ms, ` +
        `${of(way, 'pictures')} pictures, ${(of(way, 'bytes') / 1000).toFixed(0)} KB`,
    );
    process.stdout.write(`${lines.join('\n')}\n`);
    // A tenth is what repeated runs of the same page differ by.
    expect(of('on', 'paintMs')).toBeLessThanOrEqual(1.1 * of('off', 'paintMs'));
  });
});

interface Paint {
  paintMs: number;
  loadMs: number;
  bytes: number;
  pictures: number;
}

/** Opens the timeline in a new browser profile, as after a long pause: nothing is cached. */
async function firstPaint(browser: Browser, token: string, script: boolean): Promise<Paint> {
  const options: BrowserContextOptions = { ...PHONE, deviceScaleFactor: 2, javaScriptEnabled: script };
  const context = await browser.newContext({ baseURL: world.url, ...options });
  await context.request.post('/v1/session', { data: { token } });
  const page = await context.newPage();
  page.setDefaultTimeout(300_000);
  const devtools = await context.newCDPSession(page);
  await devtools.send('Network.enable');
  await devtools.send('Network.emulateNetworkConditions', SLOW);
  let [bytes, pictures] = [0, 0];
  devtools.on('Network.loadingFinished', ({ encodedDataLength }) => void (bytes += encodedDataLength));
  devtools.on('Network.responseReceived', ({ response }) => void (pictures += Number(/\/image\//.test(response.url))));
  await page.goto('/', { waitUntil: 'load' });
  const paintMs = Number(await page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime"));
  const loadMs = Number(await page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd"));
  await context.close();
  return { paintMs, loadMs, bytes, pictures };
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
