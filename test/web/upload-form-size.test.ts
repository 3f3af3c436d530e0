import { expect, test } from 'vitest';
import { picture } from '../support/picture.ts';
import { startWorld } from '../support/world.ts';

const LIMIT = 60_000;
const world = await startWorld({ env: { MAX_UPLOAD_BYTES: String(LIMIT) } });

const sized = (bytes: number) => picture({ width: 32, height: 24, bytes });
const linesOf = (page: string) =>
  [...page.matchAll(/<li[ >][^]*?<\/li>/g)].map(([line]) =>
    line
      .replaceAll(/<[^>]*>/g, '')
      .replaceAll(/\s+/g, ' ')
      .trim(),
  );

test('a form over its total keeps the photos that fit, and has a line for each of the others', async () => {
  const ana = await world.user();
  const sizes = [25_000, 70_000, 25_000, 30_000, 5000];
  const form = ana.post('/upload_photo').set('Accept', 'text/html').field('caption', 'Sea');
  for (const [at, bytes] of sizes.entries()) form.attach('image', await sized(bytes), `${at}.jpg`);
  const { text } = await form.expect(200);
  expect(text).toContain('<h1>3 of 5 photos are uploaded</h1>');
  expect(linesOf(text)).toEqual([
    '0.jpg Uploaded.',
    '1.jpg This photo is too large.',
    '2.jpg Uploaded.',
    '3.jpg It did not fit into this upload any more. Choose it again.',
    '4.jpg Uploaded.',
  ]);
  expect(text).toContain('value="Sea"');
  expect(await world.objects()).toHaveLength(3);
});

test('a form that is many times larger than its total is refused in words', async () => {
  const ana = await world.user();
  const form = ana.post('/upload_photo').set('Accept', 'text/html');
  const { text } = await form.attach('image', Buffer.alloc(2_000_000), 'a.jpg').expect(413);
  expect(text).toContain('This is too much at once. Choose fewer or smaller photos.');
  expect(text).toContain('href="/upload_photo">Upload photos</a>');
});

test('texts that stand behind the files of a form count too', async () => {
  const ana = await world.user();
  const form = ana.post('/upload_photo').set('Accept', 'text/html');
  form.attach('image', await sized(0), 'a.jpg').attach('image', await sized(0), 'b.jpg');
  await form.field('caption', 'Sea').field('alt', 'Waves').expect(200);
  const { body } = await ana.get('/v1/timeline').expect(200);
  const { items } = body as { items: { caption: string; alt: string }[] };
  expect(items.map(({ caption, alt }) => [caption, alt])).toEqual([
    ['Sea', 'Waves'],
    ['Sea', 'Waves'],
  ]);
});
