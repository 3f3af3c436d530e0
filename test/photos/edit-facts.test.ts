import { describe, expect, test } from 'vitest';
import { TimelinePage } from '../../src/features/timeline/schemas.ts';
import { picture } from '../support/picture.ts';
import { problemOf } from '../support/replies.ts';
import type { TestUser } from '../support/test-user.ts';
import { startWorld } from '../support/world.ts';

const world = await startWorld();

const TAKEN = {
  local: '2019-07-01T10:00:00.12',
  offset: '+02:00',
  utc: '2019-07-01T08:00:00.12Z',
  source: 'exif',
  precision: 'second',
};
const GPS = { latitude: 41.79, longitude: -87.6 };

/** A photo whose file tells a time and a place. */
async function uploaded(user: TestUser, fields: Record<string, string> = {}): Promise<string> {
  const bytes = await picture({ takenAt: TAKEN.local, offset: TAKEN.offset, gps: GPS });
  const { body } = await user.upload(bytes, { fields }).expect(201);
  return String(body.photo.id);
}

const edit = async (user: TestUser, id: string, change: object) =>
  (await user.patch(`/v1/photos/${id}`).send(change).expect(200)).body;

const facts = async (user: TestUser, id: string) => {
  const { takenAt, location } = (await user.get(`/v1/photos/${id}`).expect(200)).body;
  return { takenAt, location };
};

describe('the time of a photo', () => {
  test.each([
    ['2020-02-29T23:59:59.123456', { local: '2020-02-29T23:59:59.123456', offset: null, utc: null }],
    ['2020-02-29T23:59', { local: '2020-02-29T23:59:00', offset: null, utc: null, precision: 'minute' }],
    ['2020-02-29T23:59:00-05:00', { local: '2020-02-29T23:59:00', offset: '-05:00', utc: '2020-03-01T04:59:00Z' }],
    ['1904-01-01T00:00:00.5Z', { local: '1904-01-01T00:00:00.5', offset: '+00:00', utc: '1904-01-01T00:00:00.5Z' }],
  ])('the capture time is what the owner says, with and without an offset: %s', async (said, moment) => {
    const ana = await world.user();
    const id = await uploaded(ana);
    expect((await edit(ana, id, { takenAt: said })).takenAt).toEqual({
      precision: 'second',
      ...moment,
      source: 'user',
    });
  });

  test('the capture time is that of the file again when the edits are taken back', async () => {
    const ana = await world.user();
    const id = await uploaded(ana);
    await edit(ana, id, { takenAt: '2020-01-01T00:00:00' });
    await edit(ana, id, { takenAt: '2021-01-01T00:00:00', caption: 'New Year' });
    const undone = await edit(ana, id, { takenAt: null });
    expect(undone).toMatchObject({ takenAt: TAKEN, caption: 'New Year', revision: 4 });
    expect((await edit(ana, id, { takenAt: null })).takenAt).toEqual(TAKEN);
  });

  test('a capture time that came with the upload can be taken back as well', async () => {
    const ana = await world.user();
    const id = await uploaded(ana, { takenAt: '2020-01-01T00:00:00' });
    expect((await facts(ana, id)).takenAt).toMatchObject({ local: '2020-01-01T00:00:00', source: 'user' });
    expect((await edit(ana, id, { takenAt: null })).takenAt).toEqual(TAKEN);
  });

  test('the time of a photo moves the photo to its new place in the timeline', async () => {
    const ana = await world.user();
    const [first, second] = [await uploaded(ana), await uploaded(ana)];
    const order = async () => {
      const { items } = await ana.read('/v1/timeline', TimelinePage);
      return items.map(({ id: shown }) => shown);
    };
    await edit(ana, first, { takenAt: '2021-05-05T05:05:05' });
    expect(await order()).toEqual([first, second]);
    await edit(ana, first, { takenAt: '2001-05-05T05:05:05' });
    expect(await order()).toEqual([second, first]);
  });

  test('the time of a photo takes the photo from one day and puts it to another, in another year', async () => {
    const ana = await world.user();
    const id = await uploaded(ana);
    const months = async () => (await ana.get('/v1/timeline/days').expect(200)).body.months as object[];
    const day = (date: string) => [{ month: date.slice(0, 7), count: 1, days: [{ date, count: 1 }] }];
    expect(await months()).toEqual(day('2019-07-01'));
    await edit(ana, id, { takenAt: '2021-05-05T05:05:05' });
    expect(await months()).toEqual(day('2021-05-05'));
    await edit(ana, id, { takenAt: null });
    expect(await months()).toEqual(day('2019-07-01'));
  });

  test.each([
    'yesterday',
    '2023-02-30T10:00:00',
    '2023-02-03T25:00:00',
    '2023-02-03',
    '0000-00-00T00:00:00',
    '0999-12-31T00:00:00',
    '9999-12-31T23:59:59-12:00',
    '2023-02-03T10:00:00+23:00',
    '',
    1_561_975_200_000,
    {},
  ])('%j is refused by its pointer, and nothing changes', async (takenAt) => {
    const ana = await world.user();
    const id = await uploaded(ana);
    const problem = problemOf(await ana.patch(`/v1/photos/${id}`).send({ takenAt, caption: 'lost' }).expect(400));
    expect(problem).toMatchObject({ code: 'invalid-request', errors: [{ pointer: '/takenAt' }] });
    expect((await ana.get(`/v1/photos/${id}`)).body).toMatchObject({ takenAt: TAKEN, caption: '', revision: 1 });
  });
});

describe('the place of a photo', () => {
  test('the place is what the owner says, and that of the file again when the edit is taken back', async () => {
    const ana = await world.user();
    const id = await uploaded(ana);
    const here = { latitude: -33.86, longitude: 151.2 };
    expect((await edit(ana, id, { location: here })).location).toEqual(here);
    expect(await facts(ana, id)).toEqual({ takenAt: TAKEN, location: here });
    expect((await edit(ana, id, { location: null })).location).toEqual({
      latitude: expect.closeTo(GPS.latitude, 5),
      longitude: expect.closeTo(GPS.longitude, 5),
    });
  });

  test('a place that the file does not have is unknown again when the edit is taken back', async () => {
    const ana = await world.user();
    const { body } = await ana.upload(await picture()).expect(201);
    await edit(ana, body.photo.id, { location: GPS });
    expect((await edit(ana, body.photo.id, { location: null })).location).toBeNull();
  });

  test.each([
    [{ latitude: 213, longitude: 0 }, '/location/latitude'],
    [{ latitude: 0, longitude: -180.5 }, '/location/longitude'],
    [{ latitude: 0 }, '/location/longitude'],
    [{ latitude: 0, longitude: 0, altitude: 1 }, '/location/altitude'],
    ['41.79,-87.6', '/location'],
  ])('%j is refused by its pointer', async (location, pointer) => {
    const ana = await world.user();
    const id = await uploaded(ana);
    const problem = problemOf(await ana.patch(`/v1/photos/${id}`).send({ location }).expect(400));
    expect(problem.errors?.[0]?.pointer).toBe(pointer);
  });
});
