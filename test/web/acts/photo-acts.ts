import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import type { Act } from './act.ts';
import { notice, openPhotoPage, photoNamed, shownWidth } from './stage.ts';

/** What people do with one photo. */
export const PHOTO_ACTS: readonly Act[] = [
  {
    name: 'edit the caption',
    async run(stage) {
      const { page } = stage;
      await openPhotoPage(stage, 'second');
      await page.getByText('Edit', { exact: true }).click();
      await page.getByLabel('Caption').fill('Rex & <b>Ana</b> \u202eat the sea');
      await page.getByRole('button', { name: 'Save' }).click();
      await notice(page, 'Your changes are saved.');
      // The mark that turns the direction of the text is not kept.
      expect((await photoNamed(stage, 'second')).caption).toBe('Rex & <b>Ana</b> at the sea');
      expect(await page.locator('.single .caption').textContent()).toBe('Rex & <b>Ana</b> at the sea');
    },
  },
  {
    name: 'change the date',
    async run(stage) {
      const { page } = stage;
      await openPhotoPage(stage, 'second');
      await page.getByText('Edit', { exact: true }).click();
      await page.getByLabel('Taken (empty').fill('2020-05-06T07:08:09');
      await page.getByRole('button', { name: 'Save' }).click();
      await notice(page, 'Your changes are saved.');
      const { takenAt } = await photoNamed(stage, 'second');
      expect([takenAt.local, takenAt.source]).toEqual(['2020-05-06T07:08:09', 'user']);
      await page.goto('/');
      expect(await page.locator('.days h2').first().textContent()).toContain('6 May 2020');
    },
  },
  {
    name: 'favourite, and undo',
    async run(stage) {
      const { page } = stage;
      await openPhotoPage(stage, 'second');
      await page.getByRole('button', { name: 'Favourite', exact: true }).click();
      await notice(page, 'Added to your favourites.');
      expect((await photoNamed(stage, 'second')).favourite).toBe(true);
      await page.getByRole('button', { name: 'Undo' }).click();
      await notice(page, 'No longer a favourite.');
      expect((await photoNamed(stage, 'second')).favourite).toBe(false);
    },
  },
  {
    name: 'turn the photo, and undo',
    async run(stage) {
      const { page } = stage;
      await openPhotoPage(stage, 'second');
      await page.getByRole('button', { name: 'Turn right' }).click();
      await notice(page, 'Turned to the right.');
      await stage.world.drain();
      await page.reload();
      expect(await shownWidth(page.locator('.single img[width]'))).toBe(240);
      await page.getByRole('button', { name: 'Undo' }).click();
      await notice(page, 'Turned to the left.');
      expect(await photoNamed(stage, 'second')).toMatchObject({ rotation: 0, width: 320, height: 240 });
    },
  },
  {
    name: 'archive, find it in the archive, and undo',
    async run(stage) {
      const { page } = stage;
      await openPhotoPage(stage, 'second');
      await page.getByRole('button', { name: 'Archive' }).click();
      await notice(page, 'Moved to the archive.');
      await page.goto('/archive');
      await openPhotoPage(stage, 'second');
      await page.getByRole('button', { name: 'Back to the timeline' }).click();
      await notice(page, 'Back in the timeline.');
      expect((await photoNamed(stage, 'second')).archived).toBe(false);
    },
  },
  {
    name: 'move to the trash, and undo',
    async run(stage) {
      const { page } = stage;
      await openPhotoPage(stage, 'second');
      await page.getByRole('button', { name: 'Move to trash' }).click();
      await notice(page, 'Moved to the trash.');
      expect((await photoNamed(stage, 'second')).trashedAt).not.toBeNull();
      await page.getByRole('button', { name: 'Undo' }).click();
      await notice(page, 'Back from the trash.');
      expect((await photoNamed(stage, 'second')).trashedAt).toBeNull();
    },
  },
  {
    name: 'download the original',
    async run(stage) {
      const { page } = stage;
      await openPhotoPage(stage, 'second');
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('link', { name: 'Download original' }).click(),
      ]);
      const bytes = await readFile(await download.path());
      expect(createHash('sha256').update(bytes).digest('hex')).toBe((await photoNamed(stage, 'second')).sha256);
    },
  },
];
