import { expect } from 'vitest';
import type { Act, SeedPhoto } from './act.ts';
import { captionsOf, notice, photoNamed, shownWidth } from './stage.ts';

const TWO_YEARS: readonly SeedPhoto[] = ['2021-05', '2020-12', '2019-07', '2019-06'].map((month) => ({
  takenAt: `${month}-15T10:00:00`,
  caption: month,
}));

/** What people do with a list of photos. */
export const LIST_ACTS: readonly Act[] = [
  {
    name: 'see a photo large, and the next one',
    async run({ page, way }) {
      await page.getByRole('link', { name: 'third', exact: true }).click();
      if (way.script) {
        expect(
          await shownWidth(page.locator('.pswp__item[aria-hidden="false"] img.pswp__img[alt="third"]').last()),
        ).toBe(320);
        await page.keyboard.press('ArrowRight');
        await expect.poll(() => page.locator('.lightbox-caption').textContent()).toBe('second');
        await page.getByRole('button', { name: 'Move to trash' }).click();
        await notice(page, 'Moved to the trash.');
        await expect.poll(() => page.locator('.lightbox-caption').textContent()).toBe('first');
        await page.getByRole('button', { name: 'Undo' }).click();
        await notice(page, 'Back from the trash.');
        await page.getByRole('button', { name: 'Close' }).click();
        await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
        return;
      }
      expect(await shownWidth(page.getByRole('img', { name: 'third' }))).toBe(320);
      await page.getByRole('link', { name: 'Next' }).click();
      expect(await shownWidth(page.getByRole('img', { name: 'second' }))).toBe(320);
    },
  },
  {
    name: 'jump to a month',
    photos: TWO_YEARS,
    async run({ page, way }) {
      if (way.script && !way.phone) {
        await page.getByRole('slider', { name: 'Months' }).focus();
        await page.keyboard.press('ArrowDown');
        await page.keyboard.press('ArrowDown');
      } else {
        if (way.phone) await page.getByRole('link', { name: 'Months', exact: true }).click();
        await page.getByRole('link', { name: 'Jul 2019, 1 photo' }).click();
      }
      await expect.poll(() => captionsOf(page)).toEqual(['2019-07', '2019-06']);
      expect(new URL(page.url()).search).toBe('?from=2019-07');
      await page.goBack();
      await expect.poll(() => captionsOf(page)).toHaveLength(4);
    },
  },
  {
    name: 'select many, move them to the trash, and undo',
    async run(stage) {
      const { page } = stage;
      await page.getByRole('link', { name: 'Select', exact: true }).click();
      await page.getByRole('link', { name: 'Select all' }).click();
      await page.getByRole('img', { name: 'first' }).click();
      await page.getByRole('button', { name: 'Move to trash' }).click();
      await notice(page, '2 photos moved to the trash.');
      expect(await captionsOf(page)).toEqual(['first']);
      await page.getByRole('button', { name: 'Undo' }).click();
      await notice(page, '2 photos back from the trash.');
      expect(await captionsOf(page)).toEqual(['third', 'second', 'first']);
    },
  },
  {
    name: 'shift the dates of a day, and undo',
    async run(stage) {
      const { page } = stage;
      await page.getByRole('link', { name: 'Select', exact: true }).click();
      await page.getByRole('link', { name: 'Select Tue, 2 Jul 2019' }).click();
      await page.getByText('Shift dates').click();
      await page.getByLabel('Days').fill('3');
      await page.getByLabel('Direction').selectOption('earlier');
      await page.getByRole('button', { name: 'Shift', exact: true }).click();
      await notice(page, '1 photo shifted by 3 days to an earlier time.');
      expect((await photoNamed(stage, 'second')).takenAt.local).toBe('2019-06-29T10:00:00');
      await page.getByRole('button', { name: 'Undo' }).click();
      await notice(page, '1 photo shifted by 3 days to a later time.');
      expect((await photoNamed(stage, 'second')).takenAt).toMatchObject({
        local: '2019-07-02T10:00:00',
        source: 'exif',
      });
    },
  },
  {
    name: 'restore from the trash',
    async run(stage) {
      const { page, user, photos } = stage;
      await user.delete(`/v1/photos/${photos.get('second')}`).expect(204);
      await page.goto('/trash');
      await page.getByText('30 days left').waitFor();
      await page.getByRole('link', { name: 'Select', exact: true }).click();
      await page.getByRole('link', { name: 'Select all' }).click();
      await page.getByRole('button', { name: 'Restore' }).click();
      await notice(page, '1 photo back from the trash.');
      expect((await photoNamed(stage, 'second')).trashedAt).toBeNull();
    },
  },
  {
    name: 'empty the trash',
    async run({ page, user, photos }) {
      for (const caption of ['first', 'second']) await user.delete(`/v1/photos/${photos.get(caption)}`).expect(204);
      await page.goto('/trash');
      await page.getByText('Empty the trash …').click();
      await page.getByRole('button', { name: 'Empty the trash' }).click();
      await notice(page, 'The trash is empty.');
      await user.get(`/v1/photos/${photos.get('second')}`).expect(404);
      await page.goto('/');
      expect(await captionsOf(page)).toEqual(['third']);
    },
  },
];
