import { expect, test } from 'vitest';
import type { Photo } from '../../src/features/photos/schemas.ts';
import { picture } from '../support/picture.ts';
import { startWorld } from '../support/world.ts';
import { violationsOf } from './axe.ts';
import { describeInChromium, DESKTOP } from './chromium.ts';

const world = await startWorld();

const user = await world.user('ana');
const photos: string[] = [];
for (const [caption, takenAt] of [
  ['The lake at dawn', '2019-07-01T10:00:00'],
  ['Lakes and boats', '2019-07-02T10:00:00'],
  ['At home', '2020-01-01T10:00:00'],
] as const) {
  const { body } = await user
    .upload(await picture({ takenAt, width: 400, height: 300 }), { fields: { caption } })
    .expect(201);
  photos.push((body as { photo: Photo }).photo.id);
}
const [lake = '', lakes = '', home = ''] = photos;

const photosOn = (page: string) => [...page.matchAll(/class="photo [^"]*" data-id="(\w+)"/g)].map(([, id]) => id);
const page = async (query: string) => (await user.get(`/search${query}`).expect(200)).text;

test('without script, the form finds photos, and tags and rating are set on the page of a photo', async () => {
  expect(await page('')).toContain('Words of captions, tags, file names');
  expect(photosOn(await page('?q=lak'))).toEqual([lakes, lake]);
  expect(photosOn(await page('?q=&favourite=&from=2020&to='))).toEqual([home]);
  expect(photosOn(await page('?q=lak&first=oldest&order=posted'))).toEqual([lake, lakes]);
  expect(await page('?q=mountain')).toContain('No photos found.');
  expect(await page(`?q=${encodeURIComponent('<script>"')}&rating=9&favourite=x&from=July`)).not.toContain('<script>"');
  expect(await page(`?q=${Array.from({ length: 30 }, (_, at) => at).join('+')}`)).toContain('too many words');
  expect(photosOn(await page(`?q=${'x'.repeat(10_000)}`))).toEqual([]);
  await user.get('/search?q=lake&cursor=broken').expect(400);

  const path = `/photo/${home}`;
  const edit = { in: 'timeline', act: 'edit', tags: 'New York\r\n\r\n<b>, "x"', rating: '4' };
  await user.post(path).type('form').send(edit).expect(303);
  const shown = (await user.get(path).expect(200)).text;
  expect(shown).toContain('<a href="/search?q=%22New%20York%22" dir="auto">New York</a>');
  expect(shown).toContain('&#60;b&#62;, &#34;x&#34;</a>');
  expect(shown).toContain('4 of 5');
  expect(photosOn(await page('?q=%22New%20York%22&rating=4'))).toEqual([home]);
  expect(await page('')).toContain('>New York</a>');
  await user.post(path).type('form').send({ in: 'timeline', act: 'undo-edit' }).expect(303);
  expect((await user.get(path).expect(200)).text).not.toContain('New York');
  const refused = await user
    .post(path)
    .type('form')
    .send({ ...edit, tags: 'x'.repeat(61) })
    .expect(400);
  expect(refused.text).toContain('role="alert"');
});

describeInChromium('the search', { url: world.url }, ({ signIn }) => {
  test('suggests what goes on the last word, and leads to what it finds', async () => {
    const browser = await signIn('ana', DESKTOP);
    await browser.goto('/search');
    const box = browser.getByLabel('Words');
    await box.pressSequentially('dawn lak');
    await browser.locator('datalist option').nth(1).waitFor({ state: 'attached' });
    const options = await browser.locator('datalist option').all();
    expect(await Promise.all(options.map((option) => option.getAttribute('value')))).toEqual([
      'dawn lake',
      'dawn lakes',
    ]);
    await box.press('Enter');
    await browser.waitForURL(/\/search\?q=dawn/);
    expect(await browser.locator('.photo').count()).toBe(1);
    expect(await violationsOf(browser)).toEqual([]);
  });
});
