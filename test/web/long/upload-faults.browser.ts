import { afterEach, expect, test } from 'vitest';
import { UploadPage } from '../../../src/features/uploads/schemas.ts';
import { startWorld } from '../../support/world.ts';
import { describeInChromium, DESKTOP } from '../chromium.ts';
import { cutLine } from '../cut-line.ts';
import { holdUploads, keptFiles, largeFile, photos, row, send, totals } from '../tray.ts';

const world = await startWorld();
const line = await cutLine(world.appUrl);
const MIB = 2 ** 20;
/** What one request to a session carries. */
const CHUNK = 8 * MIB;

describeInChromium('uploads that meet more trouble', { url: line.url, ...DESKTOP }, ({ signIn, tolerate }) => {
  afterEach(() => line.mend());

  // The browser sends a request again by itself, as a whole, if its connection has been used before.
  test('a large file on a line that is cut for a moment sends no more than a chunk twice', async () => {
    const page = await signIn('xeno');
    const path = await largeFile('large.jpg', 24);
    const before = line.sent();
    const isCut = line.cutAfter(15 * MIB);
    await send(page, [path]);
    await isCut;
    line.mend();
    await row(page, 'large.jpg').getByText('Added').waitFor();
    expect(line.sent() - before).toBeLessThan(25 * MIB + CHUNK);
    tolerate(/ERR_/);
  });

  test('uploads on a slow line tell their speed and the time that is left', async () => {
    const page = await signIn('sal');
    const client = await page.context().newCDPSession(page);
    const speed = { latency: 150, downloadThroughput: 200_000, uploadThroughput: 200_000 };
    const path = await largeFile('slow.jpg', 1);
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
    await send(page, [await largeFile('much.jpg', 2)]);
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
    await send(page, [await largeFile('large.jpg', 24)]);
    await isCut;
    line.mend();
    const deleted = page.waitForResponse((reply) => reply.request().method() === 'DELETE');
    await row(page, 'large.jpg').getByRole('button', { name: 'Cancel' }).click();
    expect((await deleted).status()).toBe(204);
    expect((await user.read('/v1/uploads', UploadPage)).items).toEqual([]);
    tolerate(/ERR_/);
  });
});
