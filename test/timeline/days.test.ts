import { describe, expect, test } from 'vitest';
import { Days, TimelinePage } from '../../src/features/timeline/schemas.ts';
import { picture } from '../support/picture.ts';
import type { TestUser } from '../support/test-user.ts';
import { startWorld } from '../support/world.ts';

const world = await startWorld();

async function post(user: TestUser, takenAt: string): Promise<string> {
  return (await user.upload(await picture({ takenAt, width: 40, height: 30 })).expect(201)).body.photo.id as string;
}

const dated = (date: string) =>
  '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
  '<rdf:Description rdf:about="" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" ' +
  `photoshop:DateCreated="${date}"/></rdf:RDF></x:xmpmeta>`;

/** As `2019-07: 01×2 03×1`. */
async function days(user: TestUser): Promise<string[]> {
  const { months, total } = await user.read('/v1/timeline/days', Days);
  for (const { count, days } of months) expect(days.reduce((sum, day) => sum + day.count, 0)).toBe(count);
  expect(months.reduce((sum, { count }) => sum + count, 0)).toBe(total);
  return months.map(
    ({ month, days }) => `${month}: ${days.map((day) => `${day.date.slice(8)}×${day.count}`).join(' ')}`,
  );
}

describe('the days of a timeline', () => {
  test('the days of a timeline are counted by local wall clock, newest first', async () => {
    const ana = await world.user();
    expect((await ana.get('/v1/timeline/days').expect(200)).body).toEqual({ months: [], total: 0, sequence: 0 });
    for (const taken of ['2019-07-01T23:59:59', '2020-01-01T00:00:00', '2019-07-01T00:00:00', '2019-07-03T10:00:00']) {
      await post(ana, taken);
    }
    expect(await days(ana)).toEqual(['2020-01: 01×1', '2019-07: 03×1 01×2']);
  });

  test('a photo of which only the year is known counts at the start of that year, as in lists', async () => {
    const ana = await world.user();
    await ana.upload(await picture({ xmp: dated('2019'), width: 40, height: 30 })).expect(201);
    await ana.upload(await picture({ xmp: dated('2019-07'), width: 40, height: 30 })).expect(201);
    await ana.upload(await picture({ xmp: dated('2019'), width: 40, height: 30 })).expect(201);
    for (const taken of ['2018-12-31T23:59:59', '2019-01-01T00:00:01', '2019-07-01T00:00:01']) await post(ana, taken);
    expect(await days(ana)).toEqual(['2019-07: 01×2', '2019-01: 01×3', '2018-12: 31×1']);

    const shown: string[] = [];
    for (let path: string | null = '/v1/timeline?limit=1&from=2019'; path !== null;) {
      const { items, next }: TimelinePage = await ana.read(path, TimelinePage);
      shown.push(...items.map(({ takenAt }) => `${takenAt.local.slice(0, 10)} ${takenAt.precision}`));
      path = next === null ? null : `/v1/timeline?limit=1&cursor=${next}`;
    }
    expect(shown).toEqual([
      '2019-07-01 second',
      '2019-07-01 month',
      '2019-01-01 second',
      '2019-01-01 year',
      '2019-01-01 year',
      '2018-12-31 second',
    ]);
  });

  test('count neither archive nor trash, and follow what becomes of a photo', async () => {
    const ana = await world.user();
    const [first, second] = [await post(ana, '2019-07-01T10:00:00'), await post(ana, '2019-07-02T10:00:00')];
    await ana.patch(`/v1/photos/${first}`).send({ archived: true }).expect(200);
    expect(await days(ana)).toEqual(['2019-07: 02×1']);
    await ana.delete(`/v1/photos/${second}`).expect(204);
    await ana.delete(`/v1/photos/${first}`).expect(204);
    expect(await days(ana)).toEqual([]);
    await ana.post(`/v1/photos/${first}/restore`).expect(200);
    expect(await days(ana)).toEqual([]);
    await ana.post(`/v1/photos/${second}/restore`).expect(200);
    await ana.patch(`/v1/photos/${first}`).send({ archived: false }).expect(200);
    expect(await days(ana)).toEqual(['2019-07: 02×1 01×1']);
    await ana.delete(`/v1/photos/${second}`).expect(204);
    await ana.delete(`/v1/trash/${second}`).expect(204);
    expect(await days(ana)).toEqual(['2019-07: 01×1']);
  });

  test('the days of a timeline come with the first page of the same moment, whose cursors lead on', async () => {
    const ana = await world.user();
    for (const day of ['01', '02', '03']) await post(ana, `2019-07-${day}T10:00:00`);
    const { body } = await ana.get('/v1/timeline/days?preload=2').expect(200);
    const first = await ana.get('/v1/timeline?limit=2').expect(200);
    expect(body.page).toEqual(first.body);
    expect(body.sequence).toBe(body.page.sequence);
    const rest = await ana.get(`/v1/timeline?cursor=${body.page.next}`).expect(200);
    expect(rest.body.items).toHaveLength(1);
    for (const preload of ['0', '-1', '1.5', 'x']) await ana.get(`/v1/timeline/days?preload=${preload}`).expect(400);
  });

  test('unchanged days are answered 304, and 200 after the next change', async () => {
    const ana = await world.user();
    const { headers } = await ana.get('/v1/timeline/days').expect(200);
    const again = () => ana.get('/v1/timeline/days').set('If-None-Match', headers['etag'] ?? '');
    await again().expect(304);
    await post(ana, '2019-07-01T10:00:00');
    expect((await again().expect(200)).body.total).toBe(1);
  });
});
