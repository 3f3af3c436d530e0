import { expect, test } from 'vitest';
import { startWorld } from '../support/world.ts';
import { describeInChromium, DESKTOP } from './chromium.ts';
import { photos, row, send } from './tray.ts';

const files = await photos('first.jpg', 'second.jpg', 'third.jpg');
const room = files.reduce((bytes, { buffer }) => bytes + buffer.length, -1);
const world = await startWorld({ env: { QUOTA_BYTES: String(room) } });

describeInChromium('the upload tray of an account that gets full', { url: world.url, ...DESKTOP }, (chromium) => {
  test('the files that fit are added, and the other says that the account is full', async () => {
    const page = await chromium.signIn('fil');
    await send(page, files);
    await page.getByText('2 of 3 uploaded, 1 refused').first().waitFor();
    await page.locator('.tray li').getByText('Your account is full').waitFor();
    await page.reload();
    expect(await page.locator('.photo').count()).toBe(2);
    expect(await row(page, 'jpg').count()).toBe(0);
    chromium.tolerate(/status of 507/);
  });
});
