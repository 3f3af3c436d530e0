import { describe, expect, test } from 'vitest';
import { BatchEditReply } from '../../src/features/photos/batch-schemas.ts';
import { Photo } from '../../src/features/photos/schemas.ts';
import { SearchPage, Suggestions, TagList } from '../../src/features/search/schemas.ts';
import { TimelinePage } from '../../src/features/timeline/schemas.ts';
import { checked } from '../support/checked.ts';
import { iptcResource, jpegWith, PHOTOSHOP_PREFIX, segment, xmpPacket, XMP_PREFIX } from '../support/file-parts.ts';
import { picture } from '../support/picture.ts';
import { problemOf } from '../support/replies.ts';
import { startWorld } from '../support/world.ts';

const world = await startWorld({ env: { RATE_LIMITS: 'off' } });
const jpeg = await picture({ width: 16, height: 16 });

const subjects = (...names: string[]) =>
  `<dc:subject><rdf:Bag>${names.map((name) => `<rdf:li>${name}</rdf:li>`).join('')}</rdf:Bag></dc:subject>`;
const tagged = (rating: string, ...names: string[]) =>
  jpegWith(jpeg, segment(0xe1, XMP_PREFIX, xmpPacket(`xmp:Rating="${rating}"`, subjects(...names))));

async function newLibrary() {
  const ana = await world.user();
  const post = async (file: Buffer, caption = '') => {
    const upload = ana.upload(file, { fields: { caption }, query: '?duplicates=allow' });
    return checked(Photo, (await upload.expect(201)).body.photo);
  };
  const find = async (query: string) => (await ana.read(`/v1/search?${query}`, SearchPage)).items.map(({ id }) => id);
  const suggestions = async (q: string) =>
    (await ana.read(`/v1/search/suggest?q=${encodeURIComponent(q)}`, Suggestions)).suggestions;
  return { ana, post, find, suggestions, tags: () => ana.read('/v1/tags', TagList) };
}

describe('tags and rating', () => {
  test('tags and rating come from the file, and search, list and feed have them', async () => {
    const { ana, post, find, tags } = await newLibrary();
    const { id, ...photo } = await post(tagged('4', 'New York', 'Bücher &amp; Brot, alt', ' new york '), 'plain');
    expect([photo.tags, photo.rating]).toEqual([['New York', 'Bücher & Brot, alt'], 4]);
    const none = await post(tagged('-1'));
    expect([none.tags, none.rating]).toEqual([[], null]);
    const page = await ana.read('/v1/timeline', TimelinePage);
    expect(page.items.find((item) => item.id === id)).toMatchObject({ tags: photo.tags, rating: 4 });
    const feed = (await ana.get('/v1/changes').expect(200)).text;
    expect(feed).toContain('"tags":["New York","Bücher & Brot, alt"]');
    expect(await find('q=york%20bucher')).toEqual([id]);
    expect(await find('rating=4')).toEqual([id]);
    expect(await find('rating=5')).toEqual([]);
    expect(await find('rating=0')).toHaveLength(2);
    expect((await tags()).items).toEqual([
      { tag: 'Bücher & Brot, alt', count: 1 },
      { tag: 'New York', count: 1 },
    ]);
  });

  test('keywords of IPTC are tags as well, each once beside those of XMP', async () => {
    const { post, tags } = await newLibrary();
    const iptc = (...names: string[]) => segment(0xed, PHOTOSHOP_PREFIX, iptcResource('20190701', '100000', names));
    await post(jpegWith(jpeg, iptc('Fähre', 'Sea')));
    await post(jpegWith(tagged('2', 'Sea', 'Harbour'), iptc('sea', 'Quay')));
    const counts = (await tags()).items.map(({ tag, count }) => `${tag} ${count}`);
    expect(counts).toEqual(['Sea 2', 'Fähre 1', 'Harbour 1', 'Quay 1']);
  });

  test('tags and rating are edited one by one and in batches, and counts follow in the next read', async () => {
    const { ana, post, find, tags } = await newLibrary();
    const [one, two] = [await post(jpeg), await post(tagged('3', 'Sea'))];
    const set = ['Sea', 'SEA', '<script>alert(1)</script>', '__proto__', 'a,b'];
    const edited = await ana.patch(`/v1/photos/${one.id}`).send({ tags: set, rating: 5 }).expect(200);
    const kept = ['Sea', '<script>alert(1)</script>', '__proto__', 'a,b'];
    expect(checked(Photo, edited.body)).toMatchObject({ tags: kept, rating: 5 });
    expect((await tags()).items).toEqual(
      [
        ['Sea', 2],
        ['<script>alert(1)</script>', 1],
        ['__proto__', 1],
        ['a,b', 1],
      ].map(([tag, count]) => ({ tag, count })),
    );
    expect(await find('q=sea%20&rating=5')).toEqual([one.id]);
    const items = [one, two].map(({ id }) => ({ id, tags: ['Lake'], rating: null }));
    const { results } = checked(BatchEditReply, (await ana.patch('/v1/photos/batch').send({ items }).expect(200)).body);
    expect(results.map(({ status }) => status)).toEqual(['edited', 'edited']);
    expect((await tags()).items).toEqual([{ tag: 'Lake', count: 2 }]);
    expect(await find('q=sea')).toEqual([]);
    await ana.delete(`/v1/photos/${one.id}`).expect(204);
    const { items: left, sequence } = await tags();
    expect(left).toEqual([{ tag: 'Lake', count: 1 }]);
    await ana.patch(`/v1/photos/${two.id}`).send({ tags: [] }).expect(200);
    const none = await tags();
    expect([none.items, none.sequence]).toEqual([[], sequence + 1]);
  });

  test.each([
    [{ tags: Array.from({ length: 21 }, (_, at) => `t${at}`) }, 'more than 20'],
    [{ tags: ['x'.repeat(61)] }, 'longer than 60'],
    [{ tags: [' \0 '] }, 'at least one character'],
    [{ tags: 'sea' }, 'Send a list'],
    [{ rating: 6 }, '5'],
    [{ rating: -1 }, '0'],
    [{ rating: 2.5 }, 'int'],
  ])('%j is refused with its reason', async (edit, reason) => {
    const { ana, post } = await newLibrary();
    const { id } = await post(jpeg);
    const problem = problemOf(await ana.patch(`/v1/photos/${id}`).send(edit).expect(400));
    expect(JSON.stringify(problem)).toContain(reason);
  });
});

test('suggestions go on the last word, with counts, and follow edits', async () => {
  const { ana, post, suggestions } = await newLibrary();
  const first = await post(tagged('0', 'Lake Como'), 'A lantern and the lake');
  await post(jpeg, 'Lakes, lanterns; lake');
  expect(await suggestions('la')).toEqual([
    { text: 'lake', kind: 'caption', count: 2 },
    { text: 'Lake Como', kind: 'tag', count: 1 },
    { text: 'lakes', kind: 'caption', count: 1 },
    { text: 'lantern', kind: 'caption', count: 1 },
    { text: 'lanterns', kind: 'caption', count: 1 },
  ]);
  expect(await suggestions('sunny Cóm')).toEqual([{ text: 'Lake Como', kind: 'tag', count: 1 }]);
  await ana.patch(`/v1/photos/${first.id}`).send({ caption: '', tags: [] }).expect(200);
  expect((await suggestions('la')).map(({ text, count }) => `${text} ${count}`)).toEqual([
    'lake 1',
    'lakes 1',
    'lanterns 1',
  ]);
  for (const q of ['🦄', '"-', '\u0301', '__proto__']) expect(await suggestions(q)).toEqual([]);
  expect((await suggestions('')).length).toBeGreaterThan(2);
  await ana.get(`/v1/search/suggest?q=${'x'.repeat(501)}`).expect(400);
  const bob = await newLibrary();
  expect(await bob.suggestions('')).toEqual([]);
});
