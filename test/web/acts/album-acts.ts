import { expect } from 'vitest';
import type { Act } from './act.ts';
import { captionsOf, notice } from './stage.ts';

export const ALBUM_ACTS: readonly Act[] = [
  {
    name: 'make an album of selected photos, look through it, and remove one',
    async run(stage) {
      const { page } = stage;
      await page.getByRole('link', { name: 'Select', exact: true }).click();
      await page.getByRole('img', { name: 'first' }).click();
      await page.getByRole('img', { name: 'third' }).click();
      await page.getByRole('button', { name: 'Add to album' }).click();
      await page.getByLabel('Name').fill('Harbour');
      await page.getByRole('button', { name: 'Make an album with them' }).click();
      await notice(page, 'Added to this album.');
      expect(await captionsOf(page)).toEqual(['third', 'first']);
      await page.getByRole('link', { name: 'Select', exact: true }).click();
      await page.getByRole('img', { name: 'third' }).click();
      await page.getByRole('button', { name: 'Remove from album' }).click();
      await notice(page, 'Removed from this album. The photos are still in your timeline or archive.');
      expect(await captionsOf(page)).toEqual(['first']);
      await page.getByRole('button', { name: 'Undo' }).click();
      await notice(page, 'Added to this album.');
      await page.getByRole('link', { name: 'Albums' }).click();
      await page.getByText('2 photos, Mon, 1 Jul 2019 to Wed, 3 Jul 2019').waitFor();
    },
  },
];
