import sharp from 'sharp';
import { startTimeline } from '../bench/photo-library.ts';
import { signUp } from '../support/test-user.ts';
import { openChromium } from '../web/chromium.ts';
import { paintLandscape, type Landscape } from './landscape.ts';

const FILE = new URL('../../docs/timeline.png', import.meta.url).pathname;

type Scene = Omit<Landscape, 'width' | 'height' | 'seed'> & { caption: string; takenAt: string; portrait?: true };

const SCENES: readonly Scene[] = [
  {
    caption: 'First light over the valley',
    takenAt: '2026-10-03T06:48:12',
    sky: ['#28406b', '#c98a86', '#f6d3a2'],
    ridges: ['#9a8aa0', '#6d6a8c', '#464a6d', '#23294a'],
    sun: { x: 0.68, y: 0.42, color: '#fff1cf' },
  },
  {
    caption: 'Noon at the pass',
    takenAt: '2026-10-03T12:20:41',
    sky: ['#2f6fb4', '#7fb2dd', '#dcebf2'],
    ridges: ['#b9c6cf', '#8ea39b', '#5f7d5b', '#39572f'],
  },
  {
    caption: 'The lake, very still',
    takenAt: '2026-10-03T17:55:03',
    sky: ['#4b6f95', '#a9bdc9', '#f3dcc0'],
    ridges: ['#8b9aa4', '#5d7278', '#38524f'],
    sun: { x: 0.3, y: 0.45, color: '#fff3d8' },
    water: '#56727d',
  },
  {
    caption: 'Larches in fog',
    takenAt: '2026-10-04T08:11:37',
    sky: ['#aeb6b4', '#c9cdc6', '#e3e0d4'],
    ridges: ['#c2c2b4', '#b29a66', '#8f6f37', '#4f3d22'],
    portrait: true,
  },
  {
    caption: 'Evening on the way down',
    takenAt: '2026-10-04T18:32:50',
    sky: ['#1d2346', '#8a3f5c', '#f29a5b'],
    ridges: ['#7a4358', '#4c2f4c', '#2a2138', '#141224'],
    sun: { x: 0.45, y: 0.5, color: '#ffd9a0' },
  },
  {
    caption: 'Low tide',
    takenAt: '2026-10-05T16:04:18',
    sky: ['#5f8fae', '#a8c7d2', '#eef0e4'],
    ridges: ['#9fb1b3', '#7d8f86'],
    water: '#6f98a3',
  },
  {
    caption: 'Blue hour',
    takenAt: '2026-10-05T19:21:09',
    sky: ['#0f1b3d', '#2d4478', '#7d8fb8'],
    ridges: ['#3b4a78', '#26325a', '#131c3a'],
    water: '#2a3d6b',
  },
];

/**
 * `node test/screenshot/run.ts`: starts the program, uploads painted landscapes, and photographs the timeline page for
 * the README as docs/timeline.png.
 */
async function takeScreenshot(): Promise<void> {
  await using scope = new AsyncDisposableStack();
  const { url } = await startTimeline(scope);
  const ana = await signUp(url, 'ana');
  for (const [at, { caption, takenAt, portrait, ...colours }] of SCENES.entries()) {
    const size = portrait ? { width: 960, height: 1280 } : { width: 1440, height: 960 };
    const photo = await paintLandscape({ ...colours, ...size, seed: 7 + at }, takenAt);
    await ana.upload(photo, { fileName: `IMG_${4100 + at}.jpg`, fields: { caption } }).expect(201);
  }
  const browser = await openChromium();
  scope.defer(() => browser.close());
  const page = await browser.newPage({ baseURL: url, viewport: { width: 1200, height: 900 } });
  await page.goto('/');
  await page.getByLabel('Your name').fill('ana');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForLoadState('networkidle');
  const shot = await page.screenshot();
  await sharp(shot).resize({ width: 960 }).png({ palette: true, colours: 192, effort: 10, dither: 0.6 }).toFile(FILE);
  process.stdout.write(`${FILE}\n`);
}

await takeScreenshot();
