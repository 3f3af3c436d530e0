import type { Page } from 'playwright-core';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { UploadPage } from '../../src/features/uploads/schemas.ts';
import { startWorld } from '../support/world.ts';
import { describeInChromium, DESKTOP } from './chromium.ts';
import { cutLine } from './cut-line.ts';
import { holdUploads, keptFiles, largeFile, photos, row, send, totals } from './tray.ts';

const world = await startWorld();
const line = await cutLine(world.appUrl);
const MIB = 2 ** 20;
/** What one request to a session carries. */
const CHUNK = 8 * MIB;

describeInChromium('uploads in Chromium that meet trouble', { url: line.url, ...DESKTOP }, ({ signIn, tolerate }) => {
  afterEach(() => line.mend());

  async function large(name: string, mebibytes: number): Promise<string> {
    const { path, remove } = await largeFile(name, mebibytes * MIB);
    onTestFinished(remove);
    return path;
  }

  /** Bytes that the bucket has of the one open upload. */
  async function keptBytes(name: string): Promise<number> {
    const user = await world.user(name);
    const { items } = await user.read('/v1/uploads', UploadPage);
    expect(items).toHaveLength(1);
    return items[0]?.offset ?? 0;
  }

  test('a large file on a line that is cut goes on where it was', async () => {
    const page = await signIn('xan');
    const path = await large('large.jpg', 30);
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

  // The browser sends a request again by itself, as a whole, if its connection has been used before.
  test('a large file on a line that is cut for a moment sends no more than a chunk twice', async () => {
    const page = await signIn('xeno');
    const path = await large('large.jpg', 24);
    const before = line.sent();
    const isCut = line.cutAfter(15 * MIB);
    await send(page, [path]);
    await isCut;
    line.mend();
    await row(page, 'large.jpg').getByText('Added').waitFor();
    expect(line.sent() - before).toBeLessThan(25 * MIB + CHUNK);
    tolerate(/ERR_/);
  });

  test('a large file is chosen again after a reload, and goes on where it was', async () => {
    const page = await signIn('yan');
    page.on('dialog', (dialog) => void dialog.accept());
    const path = await large('large.jpg', 30);
    const isCut = line.cutAfter(15 * MIB);
    await send(page, [path]);
    await isCut;
    line.mend();
    await page.reload();
    await row(page, 'large.jpg').getByText('Choose this file again').waitFor();
    await choose(page, 'large.jpg', await large('large.jpg', 31));
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
    const path = await large('twice.jpg', 21);
    const before = line.sent();
    await Promise.all([send(page, [path]), send(other, [path])]);
    const outcomes = [page, other].map((tab) => row(tab, 'twice.jpg').getByText(/Added|Already/));
    const texts = await Promise.all(outcomes.map((outcome) => outcome.textContent()));
    expect(new Set(texts)).toEqual(new Set(['Added to your photos', 'Already among your photos. Nothing was added.']));
    expect(line.sent() - before).toBeLessThan(22 * MIB);
    await page.reload();
    expect(await page.locator('.photo').count()).toBe(1);
  });

  test('uploads on a slow line tell their speed and the time that is left', async () => {
    const page = await signIn('sal');
    const client = await page.context().newCDPSession(page);
    const speed = { latency: 150, downloadThroughput: 200_000, uploadThroughput: 200_000 };
    const path = await large('slow.jpg', 1);
    await client.send('Network.emulateNetworkConditions', { offline: false, ...speed });
    await send(page, [path]);
    await row(page, 'slow.jpg')
      .getByText(/^\d+ %, [\d.]+ [KM]B a second$/)
      .waitFor();
    await totals(page)
      .getByText(/a second, \d+ s left$/)
      .waitFor();
    await row(page, 'slow.jpg').getByText('Added').waitFor();
  });

  test('a browser that has no room for the files says so and uploads them', async () => {
    const page = await signIn('quin');
    const client = await page.context().newCDPSession(page);
    await client.send('Storage.overrideQuotaForOrigin', { origin: line.url, quotaSize: 100_000 });
    const release = await holdUploads(page);
    await send(page, [await large('much.jpg', 2)]);
    await page.getByText('This browser has no more room').waitFor();
    expect(await keptFiles(page)).toBe(0);
    await release();
    await row(page, 'much.jpg').getByText('Added').waitFor();
  });

  test('an upload is cancelled in every state, and the others go on', async () => {
    const page = await signIn('can');
    const cancel = (name: string) => row(page, name).getByRole('button', { name: 'Cancel' }).click();
    const release = await holdUploads(page);
    await send(page, await photos('one.jpg', 'two.jpg', 'three.jpg', 'four.jpg', 'five.jpg'));
    await row(page, 'three.jpg')
      .getByText(/Starting|Almost there/)
      .waitFor();
    await cancel('one.jpg');
    await row(page, 'five.jpg').getByText('Waiting').waitFor();
    await cancel('five.jpg');
    for (const name of ['one.jpg', 'five.jpg']) await row(page, name).getByText('Cancelled').waitFor();
    await release();
    for (const name of ['two.jpg', 'three.jpg', 'four.jpg']) await row(page, name).getByText('Added').waitFor();
    await page.context().setOffline(true);
    await send(page, await photos('six.jpg'));
    await row(page, 'six.jpg').getByText('No network').waitFor();
    await cancel('six.jpg');
    await page.context().setOffline(false);
    await row(page, 'one.jpg').getByRole('button', { name: 'Try again' }).click();
    await row(page, 'one.jpg').getByText('Added').waitFor();
    await row(page, 'six.jpg').getByText('Cancelled').waitFor();
    await page.reload();
    expect(await page.locator('.photo').count()).toBe(4);
    tolerate(/ERR_/);
  });

  test('a large upload that is cancelled on the way leaves no open session', async () => {
    const page = await signIn('cleo');
    const user = await world.user('cleo');
    const isCut = line.cutAfter(8 * MIB);
    await send(page, [await large('large.jpg', 24)]);
    await isCut;
    line.mend();
    const deleted = page.waitForResponse((reply) => reply.request().method() === 'DELETE');
    await row(page, 'large.jpg').getByRole('button', { name: 'Cancel' }).click();
    expect((await deleted).status()).toBe(204);
    expect((await user.read('/v1/uploads', UploadPage)).items).toEqual([]);
    tolerate(/ERR_/);
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
