import { expect } from 'vitest';
import { Me } from '../../../src/features/accounts/schemas.ts';
import type { Act } from './act.ts';
import { notice } from './stage.ts';

/** What people do with their account. */
export const ACCOUNT_ACTS: readonly Act[] = [
  {
    name: 'change the settings',
    async run({ page, user }) {
      await page.getByRole('link', { name: 'Settings of' }).click();
      await page.getByLabel('Name', { exact: true }).fill('Ana 🦊');
      await page.getByLabel('Time zone of your days').selectOption('Asia/Tokyo');
      await page.getByRole('button', { name: 'Save' }).first().click();
      await notice(page, 'Your changes are saved.');
      expect(await user.read('/v1/me', Me)).toMatchObject({ displayName: 'Ana 🦊', timeZone: 'Asia/Tokyo' });
    },
  },
  {
    name: 'look at the activity',
    async run({ page }) {
      await page.getByRole('navigation', { name: 'Your photos' }).getByRole('link', { name: 'Activity' }).click();
      await page.getByText('3 photos uploaded').waitFor();
      await page.locator('.thumb').first().click();
      await page.locator('.single').waitFor();
    },
  },
  {
    name: 'sign out',
    async run({ page, tolerate }) {
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByLabel('Your name').waitFor();
      await page.goto('/recent');
      await page.getByRole('link', { name: 'Sign in' }).waitFor();
      // The browser itself notes the status of the refusal.
      tolerate(/status of 401/);
    },
  },
];
