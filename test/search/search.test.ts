import { beforeAll, describe, expect, test } from 'vitest';
import { SearchPage } from '../../src/features/search/schemas.ts';
import { picture } from '../support/picture.ts';
import { problemOf } from '../support/replies.ts';
import { startWorld } from '../support/world.ts';
import type { TestUser } from '../support/test-user.ts';

const world = await startWorld({ env: { RATE_LIMITS: 'off' } });

/** The ids of photos by what they are called here, the newest first. */
const ids = new Map<string, string>();
let ana: TestUser;

const PHOTOS = [
  ['german', 'Straßenfest am Müggelsee', '2019-12-24T18:00:00'],
  ['turkish', 'İSTANBUL’da bir ISPARTA gülü', '2019-08-02T10:00:00'],
  ['arabic', 'السَّلامُ عَلَيْكُم في البحيرة', '2019-07-31T23:59:59'],
  ['japanese', '東京都庁と富士山の朝', '2019-07-02T10:00:00'],
  ['thai', 'เที่ยวเชียงใหม่กับเพื่อน', '2019-07-01T10:00:00'],
  ['lake', 'The lake at dawn, a boat on it 🎉', '2018-07-01T10:00:00'],
  ['lakes', 'Two lakes & a <b>dawn</b>: the boat', '2018-01-01T00:00:00'],
] as const;

beforeAll(async () => {
  ana = await world.user();
  for (const [name, caption, takenAt] of PHOTOS.toReversed()) {
    const file = await picture({ width: 16, height: 16 });
    const { body } = await ana
      .upload(file, {
        fields: { caption, takenAt },
        fileName: `DSC_${takenAt.slice(0, 4)}.jpg`,
        query: '?duplicates=allow',
      })
      .expect(201);
    ids.set(name, body.photo.id as string);
  }
});

const namesOf = (page: SearchPage) => page.items.map(({ id }) => [...ids].find(([, other]) => other === id)?.[0]);
const pathOf = (q: string, rest = '') => `/v1/search?q=${encodeURIComponent(q)}${rest}`;
const find = async (q: string, rest = '') => namesOf(await ana.read(pathOf(q, rest), SearchPage));

type SearchPage = Awaited<ReturnType<typeof ana.read<typeof SearchPage>>>;

const ALL = PHOTOS.map(([name]) => name);

describe('GET /v1/search', () => {
  test.each([
    ['strassenfest', ['german']],
    ['STRASSENFEST muggelsee', ['german']],
    ['istanbul', ['turkish']],
    ['ısparta', ['turkish']],
    ['السلام', ['arabic']],
    ['عليكم البُحيرة', ['arabic']],
    ['富士山', ['japanese']],
    ['東京 朝', ['japanese']],
    ['เชียงใหม่', ['thai']],
    ['เพื่อน เที่ยว', ['thai']],
  ])('finds a caption of another script by %s', async (q, found) => expect(await find(`${q} `)).toEqual(found));

  test.each([
    ['lake boat ', ['lake']],
    ['lake mountain', []],
    ['Lake DAWN', ['lake']],
    ['lak', ['lake', 'lakes']],
    ['lak ', []],
    ['lakes', ['lakes']],
    ['2019 july', ['arabic', 'japanese', 'thai']],
    ['2019-07', ['arabic', 'japanese', 'thai']],
    ['dsc 2018 jpeg', ['lake', 'lakes']],
    ['"the lake"', ['lake']],
    ['“the boat”', ['lakes']],
    ['"boat the"', []],
    ['boat -lakes', ['lake']],
    ['boat -"the lake"', ['lakes']],
    ['-dsc', []],
    ['🎉', ['lake']],
    ['<b> ', ['lakes']],
  ])('finds what has all the words of %s', async (q, found) => expect(await find(q)).toEqual(found));

  test('narrows by filters, alone and with words', async () => {
    const [german = '', thai = ''] = ['german', 'thai'].map((name) => ids.get(name));
    await ana
      .patch(`/v1/photos/${german}`)
      .send({ favourite: true, location: { latitude: 52, longitude: 13 } })
      .expect(200);
    await ana.patch(`/v1/photos/${thai}`).send({ archived: true }).expect(200);
    const album = (await ana.post('/v1/albums').send({ title: 'Asia' }).expect(201)).body.id as string;
    const inAlbum = [ids.get('japanese'), thai];
    await ana.post(`/v1/albums/${album}/photos`).send({ ids: inAlbum }).expect(200);
    expect(await find('')).toEqual(ALL);
    expect(await find('', '&favourite=true')).toEqual(['german']);
    expect(await find('2019', '&favourite=false')).toEqual(['turkish', 'arabic', 'japanese', 'thai']);
    expect(await find('', '&archived=true')).toEqual(['thai']);
    expect(await find('', '&hasPlace=true')).toEqual(['german']);
    expect(await find('', `&album=${album}`)).toEqual(['japanese', 'thai']);
    expect(await find('朝', `&album=${album}&archived=false`)).toEqual(['japanese']);
    expect(await find('', '&type=image/JPEG')).toEqual(ALL);
    expect(await find('', '&type=image/png')).toEqual([]);
    expect(await find('', '&from=2018-07&to=2019-07')).toEqual(['arabic', 'japanese', 'thai', 'lake']);
    expect(await find('', '&from=2019-07-31&to=2019-08-02')).toEqual(['turkish', 'arabic']);
    expect(await find('', '&order=posted&first=oldest')).toEqual(ALL.toReversed());
    await ana.post(`/v1/albums/${album}/photos/remove`).send({ ids: inAlbum }).expect(200);
    expect(await find('', `&album=${album}`)).toEqual([]);
  });

  test('finds photos by the title of an album, beside their own words, until it is renamed or deleted', async () => {
    const idOf = (name: string) => ids.get(name)!;
    const albumOf = async (title: string, names: string[]) => {
      const { id } = (await ana.post('/v1/albums').send({ title }).expect(201)).body as { id: string };
      await ana
        .post(`/v1/albums/${id}/photos`)
        .send({ ids: names.map(idOf) })
        .expect(200);
      return id;
    };
    const summer = await albumOf('Summer at the Lake', ['german', 'thai']);
    const asia = await albumOf('Asia, summer trip', ['thai', 'japanese']);
    expect(await find('summer ')).toEqual(['german', 'japanese', 'thai']);
    expect(await find('summ')).toEqual(['german', 'japanese', 'thai']);
    expect(await find('lake ')).toEqual(['german', 'thai', 'lake']);
    expect(await find('summer july')).toEqual(['japanese', 'thai']);
    expect(await find('lake asia')).toEqual(['thai']);
    expect(await find('"summer trip"')).toEqual(['japanese', 'thai']);
    expect(await find('"trip summer"')).toEqual([]);
    expect(await find('summer -asia')).toEqual(['german']);
    expect(await find('summer', '&order=posted&first=oldest')).toEqual(['thai', 'japanese', 'german']);
    const [first] = (await ana.get(pathOf('summer', '&limit=1')).expect(200)).body.items as { id: string }[];
    expect(first?.id).toBe(idOf('german'));
    const before = (await ana.get(`/v1/photos/${idOf('thai')}`).expect(200)).headers['etag'];
    await ana.patch(`/v1/albums/${asia}`).send({ title: 'Asia' }).expect(200);
    expect((await ana.get(`/v1/photos/${idOf('thai')}`).expect(200)).headers['etag']).toBe(before);
    expect(await find('summer')).toEqual(['german', 'thai']);
    await ana.delete(`/v1/albums/${summer}`).expect(204);
    expect(await find('summer')).toEqual([]);
    await ana.delete(`/v1/albums/${asia}`).expect(204);
    await world.drain();
  });

  test('finds photos by the titles of 29 albums, those that got theirs last, and with many words by fewer', async () => {
    const ben = await world.user();
    const file = await picture({ width: 16, height: 16 });
    const photos: string[] = [];
    for (let at = 0; at < 31; at++) {
      const fields = {
        caption: 'one two three four five',
        takenAt: `2001-01-${String(at + 1).padStart(2, '0')}T12:00:00`,
      };
      const { body } = await ben.upload(file, { fields, query: '?duplicates=allow' }).expect(201);
      const album = (
        await ben
          .post('/v1/albums')
          .send({ title: `Holiday ${at} one two` })
          .expect(201)
      ).body.id as string;
      await ben
        .post(`/v1/albums/${album}/photos`)
        .send({ ids: [body.photo.id] })
        .expect(200);
      photos.unshift(body.photo.id as string);
    }
    const found = async (q: string) => (await ben.read(pathOf(q, '&limit=200'), SearchPage)).items.map(({ id }) => id);
    expect(await found('holiday ')).toEqual(photos.slice(0, 29));
    // Each word has two albums then, and 27 combinations are asked for.
    expect(await found('one two three four five holiday ')).toEqual(photos.slice(0, 2));
    expect(await found('one two three four five')).toEqual(photos);
  }, 60_000);

  test.each(['', '&first=oldest', '&order=posted', '&from=2018&to=2020'])(
    'pages lead to all photos and back, and a cursor keeps what the last word became (%s)',
    async (rest) => {
      const expected = await find('20', rest);
      expect(expected).toHaveLength(ALL.length);
      const forwards: SearchPage[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const page: SearchPage = await ana.read(
          pathOf('20', `${rest}&limit=2${cursor && `&cursor=${cursor}`}`),
          SearchPage,
        );
        forwards.push(page);
        cursor = page.next;
      }
      expect(forwards.flatMap(namesOf)).toEqual(expected);
      expect(forwards[0]?.prev).toBeNull();
      const backwards: SearchPage[] = [];
      for (let cursor = forwards.at(-1)?.prev ?? null; cursor !== null;) {
        const page: SearchPage = await ana.read(pathOf('20', `${rest}&limit=2&cursor=${cursor}`), SearchPage);
        backwards.unshift(page);
        cursor = page.prev;
      }
      expect(backwards.flatMap(namesOf)).toEqual(expected.slice(0, -namesOf(forwards.at(-1)!).length));
    },
  );

  test('a cursor of another search is refused', async () => {
    const { next } = await ana.read(pathOf('2018', '&limit=1'), SearchPage);
    for (const other of [pathOf('2019'), pathOf('2018', '&favourite=true'), pathOf('2018', '&order=posted')]) {
      expect(problemOf(await ana.get(`${other}&limit=1&cursor=${next}`).expect(400)).code).toBe('cursor-mismatch');
    }
  });

  test('an edit, the trash and another release of its words count in the very next read', async () => {
    const path = `/v1/photos/${ids.get('lake')}`;
    await ana.patch(path).send({ caption: 'A pond' }).expect(200);
    expect(await find('lake')).toEqual(['lakes']);
    expect(await find('pond')).toEqual(['lake']);
    await ana.delete(path).expect(204);
    expect(await find('pond')).toEqual([]);
    await ana.post(`${path}/restore`).expect(200);
    await ana.patch(path).send({ caption: 'The lake at dawn, a boat on it 🎉', takenAt: null }).expect(200);
    expect(await find('2018-07 ')).toEqual([]);
    await ana.patch(path).send({ takenAt: '2018-07-01T10:00:00' }).expect(200);
    expect(await find('lak')).toEqual(['lake', 'lakes']);
  });

  test.each([
    ['only marks', '\u0301\u0302 \u200f', []],
    ['operators alone', '- "" -"" -', []],
    ['right-to-left marks', '\u202elake\u202c ', ['lake']],
    ['NUL inside a word', 'la\0ke', []],
    ['NUL between words', 'lake\0dawn', ['lake']],
    ['an emoji that no caption has', '🦄', []],
    ['a half of a surrogate pair', 'lake \ud83d'.toWellFormed(), ['lake']],
    ['a name of objects', '__proto__ constructor', []],
    ['a filter written as a word', 'favourite:true', []],
    ['a quote that is not closed', '"the lake', ['lake']],
    ['an exclusion alone', '-2019 ', ['lake', 'lakes']],
  ])('answers %s', async (_what, q, found) => expect(await find(q)).toEqual(found));

  test('refuses texts that are too long', async () => {
    for (const q of ['x'.repeat(10_000), Array.from({ length: 100 }, (_, at) => `w${at}`).join(' ')]) {
      const problem = problemOf(await ana.get(pathOf(q)).expect(400));
      expect(problem.code).toBe('invalid-request');
      expect(problem.detail).toMatch(/500 characters|at most 20/);
    }
    await ana.get('/v1/search?q=a&rating=6').expect(400);
    await ana.get('/v1/search?q=a&from=2019-13').expect(400);
    await ana.get('/v1/search?q=a&words=b').expect(400);
  });

  test('shows another account nothing', async () => {
    const bob = await world.user();
    expect((await bob.read(pathOf('lake'), SearchPage)).items).toEqual([]);
  });
});
