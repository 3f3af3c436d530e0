import request from 'supertest';
import { describe, expect, test } from 'vitest';
import type { PhotoId } from '../../src/runtime/ids.ts';
import { Me } from '../../src/features/accounts/schemas.ts';
import { Days } from '../../src/features/timeline/schemas.ts';
import { picture } from '../support/picture.ts';
import { editStoredPhoto } from '../support/stored.ts';
import type { TestUser } from '../support/test-user.ts';
import { startWorld } from '../support/world.ts';
import { open, put, sha256 } from '../uploads/phone.ts';

const world = await startWorld();

/** The clock of the world stands at 18:00 UTC: a day later there. */
const KIRITIMATI = 'Pacific/Kiritimati';
const UPLOADED = {
  local: '2026-11-21T08:00:00.000',
  offset: '+14:00',
  utc: '2026-11-20T18:00:00.000Z',
  source: 'upload',
};

async function userIn(timeZone: string): Promise<TestUser> {
  const user = await world.user();
  await moveTo(user, timeZone);
  return user;
}

const moveTo = (user: TestUser, timeZone: string) => user.patch('/v1/me').send({ timeZone }).expect(200);

const days = async (user: TestUser) => {
  const { months } = await user.read('/v1/timeline/days', Days);
  return months.flatMap((month) => month.days);
};

const post = async (user: TestUser, bytes: Buffer, fileName = 'plain.jpg') =>
  (await user.upload(bytes, { fileName }).expect(201)).body.photo;

describe('a time of which only the instant is known', () => {
  test('a capture time that is only an instant is shown and counted in the zone of the account', async () => {
    const ana = await userIn(KIRITIMATI);
    const photo = await post(ana, await picture({ width: 40, height: 30 }));
    expect(photo.takenAt).toEqual({ ...UPLOADED, precision: 'second' });
    expect(await days(ana)).toEqual([{ date: '2026-11-21', count: 1 }]);
  });

  test.each([
    [
      'a Pixel phone',
      {},
      'PXL_20190701_230000123.jpg',
      '2019-07-02T01:00:00.123',
      '2019-07-01T23:00:00.123Z',
      'file-name',
    ],
    [
      'a messenger',
      {},
      'mmexport1549876543210.jpg',
      '2019-02-11T10:15:43.210',
      '2019-02-11T09:15:43.210Z',
      'file-name',
    ],
    [
      'satellites',
      { exif: { IFD3: { GPSDateStamp: '2016:12:31', GPSTimeStamp: '23/1 30/1 3/1' } } },
      'a.jpg',
      '2017-01-01T00:30:03',
      '2016-12-31T23:30:03Z',
      'gps',
    ],
  ])('a capture time that is only an instant may be told by %s', async (_, options, fileName, local, utc, source) => {
    const ana = await userIn('Europe/Berlin');
    const photo = await post(ana, await picture({ width: 40, height: 30, ...options }), fileName);
    expect(photo.takenAt).toMatchObject({ local, utc, source });
    expect(await days(ana)).toEqual([{ date: local.slice(0, 10), count: 1 }]);
  });

  test('a capture time that is only an instant is shown in that zone by every upload route', async () => {
    const ana = await userIn(KIRITIMATI);
    const direct = await picture({ width: 40, height: 30 });
    const { id, sessionUrl } = await open(ana, direct, { sha256: sha256(direct) });
    await put(sessionUrl, direct, `bytes 0-${direct.length - 1}/${direct.length}`);
    const { body } = await ana
      .post('/v1/photos/batch')
      .send({ items: [{ upload: id }] })
      .expect(200);
    expect(body.results[0].photo.takenAt).toMatchObject(UPLOADED);

    const form = request(world.url)
      .post(`/post/elsewhere/`)
      .attach('image', await picture(), 'a.jpg');
    await form.field('user', ana.name).expect(303);
    const { body: page } = await ana.get('/v1/timeline').expect(200);
    expect(page.items.map((photo: { takenAt: object }) => photo.takenAt)).toEqual([
      { ...UPLOADED, precision: 'second' },
      { ...UPLOADED, precision: 'second' },
    ]);
  });
});

test('a time with a clock of its own is not moved to the zone of the account', async () => {
  const ana = await userIn(KIRITIMATI);
  const known = { takenAt: '2019-07-01T23:00:00', offset: '-05:00', width: 40, height: 30 };
  expect((await post(ana, await picture(known))).takenAt).toMatchObject({ local: known.takenAt, offset: '-05:00' });
  const floating = { takenAt: '2019-07-01T23:00:00', width: 40, height: 30 };
  expect((await post(ana, await picture(floating))).takenAt).toMatchObject({ local: floating.takenAt, offset: null });
});

describe('after the zone of the account has changed', () => {
  test('photos keep their times, until they are told to take the time of the file', async () => {
    const ana = await world.user();
    const bytes = await picture({ width: 40, height: 30 });
    const { id, takenAt } = await post(ana, bytes);
    expect(takenAt).toMatchObject({ local: '2026-11-20T18:00:00.000', offset: '+00:00' });

    await moveTo(ana, KIRITIMATI);
    expect((await ana.get(`/v1/photos/${id}`).expect(200)).body.takenAt).toEqual(takenAt);
    expect((await ana.upload(bytes).expect(200)).body).toMatchObject({ status: 'duplicate', photo: { takenAt } });
    await ana.delete(`/v1/photos/${id}`).expect(204);
    expect((await ana.upload(bytes).expect(200)).body).toMatchObject({ status: 'restored', photo: { takenAt } });
    expect(await days(ana)).toEqual([{ date: '2026-11-20', count: 1 }]);

    const { body } = await ana.patch(`/v1/photos/${id}`).send({ takenAt: null }).expect(200);
    expect(body.takenAt).toEqual({ ...UPLOADED, precision: 'second' });
    expect(await days(ana)).toEqual([{ date: '2026-11-21', count: 1 }]);
  });

  test('the time of the file comes back in the new zone when the owner takes back another', async () => {
    const ana = await world.user();
    const { body } = await ana.upload(await picture(), { fields: { takenAt: '2019-07-01T10:00' } }).expect(201);
    expect(body.photo.takenAt).toMatchObject({ local: '2019-07-01T10:00:00', source: 'user', precision: 'minute' });
    await moveTo(ana, KIRITIMATI);
    const taken = await ana.patch(`/v1/photos/${body.photo.id}`).send({ takenAt: null }).expect(200);
    expect(taken.body.takenAt).toEqual({ ...UPLOADED, precision: 'second' });
  });
});

describe('a photo that was stored before times had a precision', () => {
  test.each([
    [
      { local: '2026-11-20T18:00:00.000', offset: '+00:00', utc: '2026-11-20T18:00:00.000Z', source: 'upload' },
      'second',
    ],
    [{ local: '2019-07-01T00:00:00', offset: null, utc: null, source: 'file-name' }, 'day'],
    [{ local: '2019-07-01T00:00:00', offset: null, utc: null, source: 'exif' }, 'second'],
    [{ local: '2019-07-01T10:00:00', offset: null, utc: null, source: 'user' }, 'second'],
  ])('a photo stored before times had a precision says %j with the precision %s', async (stored, precision) => {
    const ana = await world.user();
    const { id } = await post(ana, await picture({ width: 40, height: 30 }));
    await storeTime(ana, id as PhotoId, stored);
    expect((await ana.get(`/v1/photos/${id}`).expect(200)).body.takenAt).toEqual({ ...stored, precision });
  });

  test('a photo stored before times had a precision shows the instant of its file in the zone of the account after an edit', async () => {
    const ana = await userIn(KIRITIMATI);
    const { id } = await post(ana, await picture({ width: 40, height: 30 }));
    const { source, utc } = UPLOADED;
    await storeTime(ana, id as PhotoId, { local: utc.slice(0, -1), offset: '+00:00', utc, source });
    const { body } = await ana.patch(`/v1/photos/${id}`).send({ takenAt: null }).expect(200);
    expect(body.takenAt).toEqual({ ...UPLOADED, precision: 'second' });
  });

  /** Writes the time of a photo as an earlier version of the service did, which stored version 1 of a photo. */
  async function storeTime(user: TestUser, id: PhotoId, takenAt: object): Promise<void> {
    const { id: owner } = await user.read('/v1/me', Me);
    await editStoredPhoto(world.datastore, { user: owner, photo: id }, { takenAt, v: 1 });
  }
});
