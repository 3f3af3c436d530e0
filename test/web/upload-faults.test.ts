import type { Page } from 'playwright-core';
import { afterEach, expect, test } from 'vitest';
import { UploadPage } from '../../src/features/uploads/schemas.ts';
import { startWorld } from '../support/world.ts';
import { describeInChromium, DESKTOP } from './chromium.ts';
import { cutLine } from './cut-line.ts';
import { largeFile, photos, row, send } from './tray.ts';

const world = await startWorld();
const line = await cutLine(world.appUrl);
const MIB = 2 ** 20;
/** What one request to a session carries. */
const CHUNK = 8 * MIB;

describeInChromium('uploads in Chromium that meet trouble', { url: line.url, ...DESKTOP }, ({ signIn, tolerate }) => {
  afterEach(() => line.mend());

  /** Bytes that the bucket has of the one open upload. */
  async function keptBytes(name: string): Promise<number> {
    const user = await world.user(name);
    const { items } = await user.read('/v1/uploads', UploadPage);
    expect(items).toHaveLength(1);
    return items[0]?.offset ?? 0;
  }

  test('a large file on a line that is cut goes on where it was', async () => {
    const page = await signIn('xan');
    const path = await largeFile('large.jpg', 30);
    const isCut = line.cutAfter(15 * MIB);
    await send(page, [path]);
    await isCut;
    await row(page, 'large.jpg').getByText('The network failed').waitFor();
    const kept = await keptBytes('xan');
    expect(kept).toBeGreaterThanOrEqual(CHUNK);
    const before = line.sent();
    line.mend();
    await row(page, 'large.jpg').getByText('Added').waitFor();
    expect(line.sent() - before).toBeLessThan(31 * MIB - kept);
    tolerate(/ERR_/);
  });

  test('a large file is chosen again after a reload, and goes on where it was', async () => {
    const page = await signIn('yan');
    page.on('dialog', (dialog) => void dialog.accept());
    const path = await largeFile('large.jpg', 30);
    const isCut = line.cutAfter(15 * MIB);
    await send(page, [path]);
    await isCut;
    line.mend();
    await page.reload();
    await row(page, 'large.jpg').getByText('Choose this file again').waitFor();
    await choose(page, 'large.jpg', await largeFile('large.jpg', 31));
    await row(page, 'large.jpg').getByText('That is another file').waitFor();
    const kept = await keptBytes('yan');
    expect(kept).toBeGreaterThanOrEqual(CHUNK);
    const before = line.sent();
    await choose(page, 'large.jpg', path);
    await row(page, 'large.jpg').getByText('Added').waitFor();
    expect(line.sent() - before).toBeLessThan(31 * MIB - kept);
    tolerate(/ERR_/);
  });

  test('two tabs that upload the same large file make one photo and send it once', async () => {
    const page = await signIn('zoe');
    const other = await page.context().newPage();
    await other.goto('/');
    const path = await largeFile('twice.jpg', 21);
    const before = line.sent();
    await Promise.all([send(page, [path]), send(other, [path])]);
    const outcomes = [page, other].map((tab) => row(tab, 'twice.jpg').getByText(/Added|Already/));
    const texts = await Promise.all(outcomes.map((outcome) => outcome.textContent()));
    expect(new Set(texts)).toEqual(new Set(['Added to your photos', 'Already among your photos. Nothing was added.']));
    expect(line.sent() - before).toBeLessThan(22 * MIB);
    await page.reload();
    expect(await page.locator('.photo').count()).toBe(1);
  });

  test('a file name of 255 characters, of markup or of other directions stays in its row', async () => {
    const page = await signIn('emo');
    const names = [`${'😀'.repeat(251)}.jpg`, '<img src=x onerror=alert(1)>.jpg', 'abc\u202Egpj.exe.jpg'];
    await send(page, await photos(...names));
    for (const name of names) await row(page, name).getByText('Added').waitFor();
    const { scrolled, client } = (await page.evaluate(
      '({ scrolled: document.querySelector(".tray ul").scrollWidth, client: document.querySelector(".tray ul").clientWidth })',
    )) as { scrolled: number; client: number };
    expect(scrolled).toBe(client);
  });
});

/** Chooses the file of a row again. */
async function choose(page: Page, name: string, path: string): Promise<void> {
  const chooser = page.waitForEvent('filechooser');
  await row(page, name).getByRole('button', { name: 'Choose' }).click();
  await (await chooser).setFiles(path);
}
