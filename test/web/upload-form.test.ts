import { expect, test } from 'vitest';
import { picture } from '../support/picture.ts';
import type { TestUser } from '../support/test-user.ts';
import { startWorld } from '../support/world.ts';

const world = await startWorld();
const small = { width: 32, height: 24 };

interface FormFile {
  name: string;
  bytes: Buffer;
}

function send(user: TestUser, files: FormFile[], fields: Record<string, string> = {}) {
  const form = user.post('/upload_photo').set('Accept', 'text/html');
  for (const [name, value] of Object.entries(fields)) form.field(name, value);
  for (const { name, bytes } of files) form.attach('image', bytes, name);
  return form;
}

/** The texts of the lines of a result page. */
const linesOf = (page: string) =>
  [...page.matchAll(/<li[ >][^]*?<\/li>/g)].map(([line]) =>
    line
      .replaceAll(/<[^>]*>/g, '')
      .replaceAll(/\s+/g, ' ')
      .trim(),
  );

async function captionsOf(user: TestUser): Promise<string[]> {
  const { body } = await user.get('/v1/timeline?order=posted').expect(200);
  return (body as { items: { caption: string }[] }).items.map(({ caption }) => caption);
}

async function pictures(count: number): Promise<FormFile[]> {
  const files: FormFile[] = [];
  for (let at = 1; at <= count; at++) files.push({ name: `${at}.png`, bytes: await picture(small) });
  return files;
}

const noPictures = (count: number): FormFile[] =>
  Array.from({ length: count }, () => ({ name: 'x.txt', bytes: Buffer.from('x') }));

test('a form with several files makes a photo of each, and tells each refusal in words for people', async () => {
  const ana = await world.user();
  const [one, two] = await pictures(2);
  const files = [one!, { name: 'empty.jpg', bytes: Buffer.alloc(0) }, { name: 'a.txt', bytes: Buffer.from('x') }, two!];
  const { text } = await send(ana, [...files, { ...one!, name: 'again.png' }], { caption: 'Sea' }).expect(200);
  expect(text).toContain('<h1>3 of 5 photos are uploaded</h1>');
  expect(linesOf(text)).toEqual([
    '1.png Uploaded.',
    'empty.jpg This file is empty. Choose another file.',
    'a.txt This file is not a photo that can be shown here. Choose a JPEG, PNG, GIF, WebP, AVIF or HEIC file.',
    '2.png Uploaded.',
    'again.png Already in your timeline. Nothing was added.',
  ]);
  expect(text).toContain('value="Sea"');
  expect(await captionsOf(ana)).toEqual(['Sea', 'Sea']);
});

test('a form whose only file is refused is answered with the status of the refusal', async () => {
  const ana = await world.user();
  const { text } = await send(ana, [{ name: 'a.txt', bytes: Buffer.from('x') }], { caption: 'Sea' }).expect(415);
  expect(text).toContain('<h1>The photo was not uploaded</h1>');
  expect(text).toContain('value="Sea"');
});

test('a form without a file asks for one', async () => {
  const ana = await world.user();
  const { text } = await send(ana, [], { caption: 'Sea' }).expect(400);
  expect(text).toContain('No photo was chosen.');
});

test(
  'a form with 500 files takes the first 200 and has a line for each of the others',
  { timeout: 120_000 },
  async () => {
    const ana = await world.user();
    const files = [...(await pictures(3)), ...noPictures(497)];
    const { text } = await send(ana, files).expect(200);
    const lines = linesOf(text);
    expect(lines).toHaveLength(500);
    expect(lines[199]).toContain('not a photo');
    expect(lines[200]).toBe('x.txt These are too many files at once. Choose this one again.');
    expect(await captionsOf(ana)).toHaveLength(3);
  },
);

test('a form with more than 1,000 files is refused in words', { timeout: 120_000 }, async () => {
  const ana = await world.user();
  const files = noPictures(1001);
  const { text } = await send(ana, files).expect(400);
  expect(text).toContain('These are too many files at once.');
});

test('the result page shows the name of a file with 255 emoji', async () => {
  const ana = await world.user();
  const name = `${'🐕'.repeat(255)}.png`;
  const { text } = await send(ana, [...(await pictures(1)), { name, bytes: Buffer.from('x') }]).expect(200);
  expect(linesOf(text)[1]).toContain('🐕'.repeat(50));
});
