import { beforeAll, expect, test } from 'vitest';
import { Photo } from '../../src/features/photos/schemas.ts';
import { picture } from '../support/picture.ts';
import { startWorld } from '../support/world.ts';
import { describeInChromium, SCREENS } from './chromium.ts';

const world = await startWorld();

let photo = '';

beforeAll(async () => {
  const ana = await world.user('ana');
  const day = new Date(world.clock.now()).toISOString().slice(5, 10);
  const gps = { latitude: 35.0116, longitude: 135.7681 };
  const file = await picture({ takenAt: `2021-${day}T10:00:00`, gps });
  photo = (await ana.upload(file).expect(201)).body.photo.id as string;
  await world.advance(10_000);
});

describeInChromium('places and memories in the browser', world, ({ signIn }) => {
  const ways = [
    [SCREENS[0], true],
    [SCREENS[1], false],
  ] as const;
  test.each(ways.map(([[screen, options], script]) => [screen, script ? 'with' : 'without', options, script] as const))(
    'on %s %s script, a person goes from a place to its photo and names the place, and hides this day and shows it again',
    async (_screen, _with, options, javaScriptEnabled) => {
      const page = await signIn('ana', { ...options, javaScriptEnabled });
      await page.getByRole('link', { name: '5 years ago' }).waitFor();
      await page.getByRole('button', { name: /^Hide/ }).click();
      await page.getByText('is hidden').waitFor();
      expect(await page.getByRole('link', { name: '5 years ago' }).count()).toBe(0);
      await page.getByRole('button', { name: 'Undo' }).click();
      await page.getByRole('link', { name: '5 years ago' }).waitFor();

      await page.getByRole('link', { name: 'Places' }).click();
      await page.getByRole('link', { name: 'Kyoto' }).click();
      await page.getByRole('heading', { name: 'Kyoto, Japan' }).waitFor();
      await page.goto(`/photo/${photo}`);
      await page.getByText('Kyoto, Japan').waitFor();
      await page.getByText('Edit', { exact: true }).click();
      await page.getByLabel('City').fill('Gion');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('Gion, Kyoto, Japan').waitFor();
      await page.getByText('Edit', { exact: true }).click();
      for (const name of ['City', 'Region', 'Country']) await page.getByLabel(name).fill('');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('35.0116').waitFor();
      const ana = await world.user('ana');
      expect((await ana.read(`/v1/photos/${photo}`, Photo)).place).toMatchObject({ city: 'Kyoto', source: 'location' });
    },
  );
});
