import { expect } from 'vitest';
import { picture } from '../../support/picture.ts';
import type { Act } from './act.ts';
import { captionsOf } from './stage.ts';

/** What people do to add photos. */
export const UPLOAD_ACTS: readonly Act[] = [
  {
    name: 'upload two photos at once',
    photos: [],
    async run({ page, way }) {
      const files = await Promise.all(
        ['one.jpg', 'two.jpg'].map(async (name) => ({ name, mimeType: 'image/jpeg', buffer: await picture() })),
      );
      await page.getByLabel('Caption').fill('Holiday');
      await page.locator('input[type="file"]').setInputFiles(files);
      await page.getByRole('button', { name: 'Upload', exact: true }).click();
      await page
        .getByText(way.script ? '2 of 2 uploaded' : 'Both photos are uploaded')
        .first()
        .waitFor();
      await page.goto('/recent');
      expect(await captionsOf(page)).toEqual(['Holiday', 'Holiday']);
    },
  },
];
