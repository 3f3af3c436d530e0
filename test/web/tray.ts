import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page, Route } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import { picture } from '../support/picture.ts';

export interface ChosenFile {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

/** Different small photos. */
export const photos = (...names: string[]): Promise<ChosenFile[]> =>
  Promise.all(names.map(async (name) => ({ name, mimeType: 'image/jpeg', buffer: await picture() })));

/** Chooses files in the upload form of the page and sends it. */
export async function send(page: Page, files: ChosenFile[] | string[]): Promise<void> {
  if (!(await page.locator('.upload').isVisible())) await page.getByText('Upload photos', { exact: true }).click();
  await page.locator('input[name=image]').setInputFiles(files);
  await page.getByRole('button', { name: 'Upload', exact: true }).click();
}

/** Opens the list of the tray, which is folded on phones. */
export const showList = (page: Page) => page.getByRole('button', { name: 'Show the list' }).click();

/** Lets uploads by form begin, but not end, until they are released. */
export async function holdUploads(page: Page): Promise<() => Promise<void>> {
  const held: Route[] = [];
  let isHolding = true;
  await page.route('**/v1/photos', (route) => (isHolding ? void held.push(route) : route.continue()));
  return async () => {
    isHolding = false;
    // Requests of a page that was left meanwhile are gone.
    await Promise.all(held.map((route) => route.continue().catch(() => undefined)));
  };
}

/** How many files the browser keeps. A database that is not there yet is left to the page. */
export const keptFiles = (page: Page) => page.evaluate(COUNT_FILES) as Promise<number>;

const COUNT_FILES = `new Promise((resolve) => {
  const opening = indexedDB.open('uploads');
  opening.onupgradeneeded = () => opening.transaction.abort();
  opening.onerror = () => resolve(0);
  opening.onsuccess = () => {
    const counting = opening.result.transaction('files').objectStore('files').count();
    counting.onsuccess = () => (opening.result.close(), resolve(counting.result));
  };
})`;

/** The row of a file in the tray. */
export const row = (page: Page, name: string) => page.locator('.tray li', { hasText: name });

/** The line of totals. */
export const totals = (page: Page) => page.locator('.tray > div > p').first();

/** Waits until the line of totals says `text`. */
export async function expectTotals(page: Page, text: string): Promise<void> {
  await expect.poll(() => totals(page).textContent()).toContain(text);
}

/**
 * Writes a JPEG of at least so many MiB for this test and returns its path: comments of 64 KB stand between its first
 * marker and the rest. The browser reads it by pieces, as it reads the files of people.
 */
export async function largeFile(name: string, mebibytes: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'photo-timeline-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, name);
  const image = await picture();
  const comment = Buffer.concat([Buffer.from([0xff, 0xfe, 0xff, 0xff]), Buffer.alloc(0xfffd, 'x')]);
  const file = await open(path, 'w');
  await file.write(image.subarray(0, 2));
  for (let written = 0; written < mebibytes * 2 ** 20; written += comment.length) await file.write(comment);
  await file.write(image.subarray(2));
  await file.close();
  return path;
}
