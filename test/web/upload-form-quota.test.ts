import { expect, test } from 'vitest';
import { picture } from '../support/picture.ts';
import { startWorld } from '../support/world.ts';

const photos = [await picture(), await picture(), await picture()];
const [first, second] = photos;
const world = await startWorld({ env: { QUOTA_BYTES: String(first!.length + second!.length) } });

test('a form that fills the account keeps the first photos and has a line for each of the rest', async () => {
  const ana = await world.user();
  const form = ana.post('/upload_photo').set('Accept', 'text/html').field('caption', 'Sea');
  for (const [at, bytes] of photos.entries()) form.attach('image', bytes, `${at}.jpg`);
  const { text } = await form.expect(200);
  expect(text).toContain('<h1>2 of 3 photos are uploaded</h1>');
  expect(text.match(/Your account is full\./g)).toHaveLength(1);
  expect(text).toContain('value="Sea"');
  const { body } = await ana.get('/v1/timeline').expect(200);
  expect((body as { items: unknown[] }).items).toHaveLength(2);
  expect(await world.objects()).toHaveLength(2);
});
