import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { picture } from '../../support/picture.ts';
import { startWorld } from '../../support/world.ts';
import { WAYS } from '../acts/act.ts';
import { describeInChromium, openChromium, signInOn } from '../chromium.ts';
import { send, totals } from '../tray.ts';
import { longestTaskMs, traceTasks } from './longest-task.ts';

const world = await startWorld({ env: { RATE_LIMITS: 'off' } });
const FILES = 500;

describeInChromium('many files', { url: world.url }, () => {
  describe(`people can upload ${FILES} files at once, and no task takes more than 50 ms`, () => {
    for (const way of WAYS.filter(({ script }) => script)) {
      test(`with ${way.name}`, { timeout: 1_800_000 }, async () => {
        const browser = await openChromium();
        onTestFinished(() => browser.close());
        const page = await browser.newPage({ baseURL: world.url, ...way.options });
        page.setDefaultTimeout(600_000);
        await signInOn(page, way.phone ? 'many-phone' : 'many-desk');
        const files = await manyFiles();
        await traceTasks(browser);
        await send(page, files);
        const longest: number[] = [];
        for (let wanted = 100; wanted <= FILES; wanted += 100) {
          const done = async () => Number(/^\d+/.exec((await totals(page).textContent()) ?? '')?.[0]);
          await expect.poll(done, { timeout: 600_000 }).toBeGreaterThanOrEqual(wanted);
          longest.push(await longestTaskMs(browser));
          await traceTasks(browser);
        }
        await browser.stopTracing();
        process.stdout.write(`${way.name}: longest task ${Math.max(...longest).toFixed(1)} ms of CPU time\n`);
        expect(Math.max(...longest)).toBeLessThanOrEqual(50);
      });
    }
  });
});

/** Paths of different photos. The browser reads them from the disk, as it reads the files of people. */
async function manyFiles(): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'photo-timeline-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const paths = Array.from({ length: FILES }, (_, at) => join(folder, `photo-${at}.jpg`));
  for (const path of paths) await writeFile(path, await picture());
  return paths;
}
