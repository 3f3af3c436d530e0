import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { picture } from '../support/picture.ts';
import { startWorld } from '../support/world.ts';
import { describeInChromium, DESKTOP, PHONE } from './chromium.ts';
import { expectTotals } from './tray.ts';

const world = await startWorld();

describeInChromium('the ways to upload photos', { url: world.url, ...DESKTOP }, ({ signIn }) => {
  test('photos are taken by a drop with folders, by a chosen folder and by paste', async () => {
    const page = await signIn('way');
    const { folder, file } = await filesOnDisk();
    await drop(page, [folder, file]);
    // The picture beside the folder and the two in it, but not what the system put there.
    await expectTotals(page, '3 of 3 uploaded');

    const choosing = page.waitForEvent('filechooser');
    await openForm(page);
    await page.getByRole('button', { name: 'Choose a folder' }).click();
    await (await choosing).setFiles(folder);
    await expectTotals(page, '5 of 5 uploaded');
    expect(await page.locator('.tray').getByText('Already among your photos').count()).toBe(2);

    await paste(page, await picture());
    await expectTotals(page, '6 of 6 uploaded');
    await page.reload();
    expect(await page.locator('.photo').count()).toBe(4);
  });

  test('a phone opens its camera for a photo', async () => {
    const page = await signIn('cam', PHONE);
    await openForm(page);
    const choosing = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Take a photo' }).click();
    const chooser = await choosing;
    expect(await chooser.element().getAttribute('capture')).toBe('environment');
    await chooser.setFiles([{ name: 'camera.jpg', mimeType: 'image/jpeg', buffer: await picture() }]);
    await expectTotals(page, '1 of 1 uploaded');
  });
});

async function openForm(page: Page): Promise<void> {
  if (!(await page.locator('.upload').isVisible())) await page.getByText('Upload photos', { exact: true }).click();
}

/** A picture, and a folder with two pictures, one of them in a folder of its own, and a file of the system. */
async function filesOnDisk(): Promise<{ folder: string; file: string }> {
  const place = await mkdtemp(join(tmpdir(), 'photo-timeline-'));
  onTestFinished(() => rm(place, { recursive: true }));
  const folder = join(place, 'holiday');
  await mkdir(join(folder, 'beach'), { recursive: true });
  const file = join(place, 'alone.jpg');
  for (const path of [file, join(folder, 'one.jpg'), join(folder, 'beach', 'two.jpg')])
    await writeFile(path, await picture());
  await writeFile(join(folder, '.DS_Store'), 'no picture');
  return { folder, file };
}

/** Drops files of the disk on the page, by the browser's debugger: scripts cannot drop folders. */
async function drop(page: Page, files: string[]): Promise<void> {
  const client = await page.context().newCDPSession(page);
  const data = { items: [], files, dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await client.send('Input.dispatchDragEvent', { type, x: 600, y: 400, data });
}

const paste = (page: Page, bytes: Buffer) =>
  page.evaluate(`
    const clipboardData = new DataTransfer();
    const bytes = Uint8Array.from(atob('${bytes.toString('base64')}'), (letter) => letter.charCodeAt(0));
    clipboardData.items.add(new File([bytes], 'pasted.jpg', { type: 'image/jpeg' }));
    dispatchEvent(new ClipboardEvent('paste', { clipboardData }));
  `);
