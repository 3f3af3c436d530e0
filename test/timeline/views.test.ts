import { beforeAll, describe, expect, test } from 'vitest';
import { TimelinePage } from '../../src/features/timeline/schemas.ts';
import { picture } from '../support/picture.ts';
import { problemOf } from '../support/replies.ts';
import type { TestUser } from '../support/test-user.ts';
import { startWorld } from '../support/world.ts';

const world = await startWorld();

/** Posted in this order; the first letter is the name of the photo. */
const TAKEN = {
  a: '2018-12-31T23:59:59',
  b: '2019-07-01T00:00:00',
  c: '2019-06-30T23:59:59',
  d: '2019-07-31T12:00:00',
  e: '2020-02-29T08:00:00',
  f: '2019-07-01T00:00:00',
};

let ana: TestUser;
const ids = new Map<string, string>();

async function post(user: TestUser, caption: string, takenAt: string): Promise<string> {
  const bytes = await picture({ takenAt, width: 40, height: 30 });
  return (await user.upload(bytes, { fields: { caption } }).expect(201)).body.photo.id as string;
}

const edit = (caption: string, body: object) =>
  ana
    .patch(`/v1/photos/${ids.get(caption)}`)
    .send(body)
    .expect(200);

beforeAll(async () => {
  ana = await world.user();
  for (const [caption, takenAt] of Object.entries(TAKEN)) ids.set(caption, await post(ana, caption, takenAt));
});

const page = (query: string) => ana.read(`/v1/timeline?${query}`, TimelinePage);
const names = ({ items }: TimelinePage) => items.map(({ caption }) => caption).join('');

describe('from a period', () => {
  test.each([
    ['2019-07-01', 'c'],
    ['2019-07', 'd'],
    ['2019', 'd'],
    ['2019-06', 'c'],
    ['2018', 'a'],
    ['2020-02-28', 'd'],
    ['2031', 'e'],
  ])('%s the page begins with the newest photo that is not after it', async (from, first) => {
    const expected = from === '2019-07-01' ? /^[bf][bf]ca$/ : new RegExp(`^${first}`);
    expect(names(await page(`from=${from}`))).toMatch(expected);
  });

  test('there is a newer page only if there are newer photos', async () => {
    expect((await page('from=2031')).prev).toBeNull();
    const july = await page('from=2019-07&limit=2');
    expect(names(await page(`limit=2&cursor=${july.prev}`))).toBe('e');
    expect((await page(`limit=2&cursor=${july.prev}`)).prev).toBeNull();
    expect(names(await page(`limit=2&cursor=${july.next}`))).toMatch(/^[bf]c$/);
  });

  test('before all photos the page is empty and leads to the oldest', async () => {
    const early = await page('from=2010&limit=2');
    expect([names(early), early.next]).toEqual(['', null]);
    const back = await page(`limit=2&cursor=${early.prev}`);
    expect([names(back), back.next === null]).toEqual(['ca', false]);
    expect(names(await page(`limit=2&cursor=${back.next}`))).toBe('');
  });

  test('a list from a period follows the time of posting in that order', async () => {
    expect(names(await page('order=posted&from=2026-11-20'))).toBe('fedcba');
    expect(names(await page('order=posted&from=2026-11-19'))).toBe('');
  });

  test('a list from a period keeps its place while the Link header is followed', async () => {
    const { headers } = await ana.get('/v1/timeline?from=2019-07&limit=2').expect(200);
    const next = /<([^>]+)>; rel="next"/.exec(headers['link'] ?? '')?.[1] ?? '';
    expect(next).toContain('from=2019-07&limit=2&cursor=');
    expect(names(await ana.read(next, TimelinePage))).toMatch(/^[bf]c$/);
  });

  test.each(['2019-13', '2019-02-29', '2019-00', '2019-7', '19', 'July', '2019-07-01T00:00', '2019-07-'])(
    '%s, which is none, is refused',
    async (from) => {
      const problem = problemOf(await ana.get(`/v1/timeline?from=${from}`).expect(400));
      expect(problem.errors).toMatchObject([{ pointer: '/from' }]);
    },
  );
});

describe('favourites', () => {
  beforeAll(async () => {
    for (const caption of ['a', 'd', 'e']) await edit(caption, { favourite: true });
  });

  test('favourites can be listed alone, and so can the others, in both orders', async () => {
    expect(names(await page('favourite=true'))).toBe('eda');
    expect(names(await page('favourite=false'))).toMatch(/^[bf][bf]c$/);
    expect(names(await page('favourite=true&order=posted'))).toBe('eda');
    expect(names(await page('favourite=false&order=posted'))).toBe('fcb');
    expect(names(await page('favourite=true&from=2019'))).toBe('da');
  });

  test('favourites are paged like every list, and their cursors are valid for favourites only', async () => {
    const first = await page('favourite=true&limit=2');
    const second = await page(`favourite=true&limit=2&cursor=${first.next}`);
    expect([names(first), names(second), second.next]).toEqual(['ed', 'a', null]);
    expect(names(await page(`favourite=true&limit=2&cursor=${second.prev}`))).toBe('ed');
    for (const other of ['', 'favourite=false&', 'favourite=true&archived=true&']) {
      const problem = problemOf(await ana.get(`/v1/timeline?${other}cursor=${first.next}`).expect(400));
      expect(problem.code).toBe('cursor-mismatch');
    }
  });

  test('the filter favourite is true or false and nothing else', async () => {
    for (const value of ['', '1', 'yes', 'TRUE']) await ana.get(`/v1/timeline?favourite=${value}`).expect(400);
  });
});

describe('the archive', () => {
  test('the archive takes photos off the timeline and gives them back, each time in their places', async () => {
    await edit('d', { archived: true });
    await edit('c', { archived: true });
    expect(names(await page('order=posted'))).toBe('feba');
    expect(names(await page('archived=false&order=posted'))).toBe('feba');
    expect(names(await page('archived=true'))).toBe('dc');
    expect(names(await page('archived=true&order=posted'))).toBe('dc');
    expect(names(await page('archived=true&favourite=true'))).toBe('d');
    expect(names(await page('archived=true&from=2019-06'))).toBe('c');

    await edit('c', { archived: false });
    expect(names(await page('order=posted'))).toBe('fecba');
    expect(names(await page('archived=true'))).toBe('d');
  });

  test('a photo leaves the archive for the trash, and returns to it', async () => {
    await ana.delete(`/v1/photos/${ids.get('d')}`).expect(204);
    expect(names(await page('archived=true'))).toBe('');
    await ana.post(`/v1/photos/${ids.get('d')}/restore`).expect(200);
    expect(names(await page('archived=true'))).toBe('d');
  });
});

describe('both ends', () => {
  test('lead back when everything beyond them has gone meanwhile', async () => {
    const ben = await world.user();
    const posted: string[] = [];
    for (const day of ['01', '02', '03', '04']) posted.push(await post(ben, day, `2021-01-${day}T10:00:00`));
    const read = async (query: string) => await ben.read(`/v1/timeline?limit=2${query}`, TimelinePage);
    const first = await read('');
    const second = await read(`&cursor=${first.next}`);
    const trash = async (...gone: number[]) => {
      for (const at of gone) await ben.delete(`/v1/photos/${posted[at]}`).expect(204);
    };

    await trash(0, 1);
    const beyond = await read(`&cursor=${first.next}`);
    expect([names(beyond), beyond.next]).toEqual(['', null]);
    expect(names(await read(`&cursor=${beyond.prev}`))).toBe(names(first));

    await ben.post(`/v1/photos/${posted[1]}/restore`).expect(200);
    await trash(2, 3);
    const before = await read(`&cursor=${second.prev}`);
    expect([names(before), before.prev]).toEqual(['', null]);
    expect(names(await read(`&cursor=${before.next}`))).toBe('02');
  });
});
