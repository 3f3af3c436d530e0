import request from 'supertest';
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { Me } from '../../src/features/accounts/schemas.ts';
import { HiddenDayList, MemoryList } from '../../src/features/memories/schemas.ts';
import { headerOf, startMailWorld } from '../mail-summaries/mail-world.ts';
import { picture, type PictureOptions } from '../support/picture.ts';
import type { TestUser } from '../support/test-user.ts';

const DAY = 24 * 3_600_000;

const { world, mailTo, mailSummaries } = await startMailWorld();

async function post(user: TestUser, takenAt: string, options: PictureOptions = {}): Promise<string> {
  const file = await picture({ takenAt, width: 16, height: 16, ...options });
  return (await user.upload(file, { fields: { caption: takenAt } }).expect(201)).body.photo.id as string;
}

const memories = (user: TestUser, date: string): Promise<z.infer<typeof MemoryList>> =>
  user.read(`/v1/memories?date=${date}`, MemoryList);

/** As `2019-11-29 ×2: 2019-11-29T11:00:00 2019-11-29T10:00:00`. */
const told = async (user: TestUser, date: string) =>
  (await memories(user, date)).items.map(
    (item) => `${item.date} ×${item.count}: ${item.photos.map(({ caption }) => caption).join(' ')}`,
  );

/** What `told` says by a look at every time of capture. */
function expected(times: readonly string[], date: string): string[] {
  const [year, day] = [date.slice(0, 4), date.slice(5)];
  const isLeap = new Date(Date.UTC(Number(year), 1, 29)).getUTCDate() === 29;
  const days = day === '02-28' && !isLeap ? ['02-28', '02-29'] : [day];
  const found = times.filter((time) => days.includes(time.slice(5, 10)) && time.slice(0, 4) < year);
  const years = Map.groupBy(found.toSorted().toReversed(), (time) => time.slice(0, 4));
  return [...years.values()].map((of) => `${of[0]?.slice(0, 10)} ×${of.length}: ${of.slice(0, 5).join(' ')}`);
}

describe('the memories of a day', () => {
  test('each earlier year that has photos of the day shows its newest five, as a look at every photo finds them', async () => {
    const ana = await world.user('ana');
    const times = [
      ...Array.from({ length: 7 }, (_, hour) => `2023-11-29T1${hour}:00:00`),
      '2025-11-29T00:00:00',
      '2025-11-28T23:59:59',
      '2024-11-29T23:59:59',
      '2026-11-02T08:00:00',
      '2025-11-02T08:00:00',
      '2020-02-29T12:00:00',
      '2020-02-28T12:00:00',
      '2023-02-28T12:00:00',
      '1999-12-31T23:00:00',
      '2000-01-01T01:00:00',
    ];
    for (const time of times) await post(ana, time);
    const days = ['2026-11-29', '2026-11-28', '2025-11-29', '2026-02-28', '2024-02-29', '2028-02-28', '2028-02-29'];
    for (const date of [
      ...days,
      '2026-03-01',
      '2026-12-31',
      '2000-01-01',
      '2026-11-02',
      '2027-11-02',
      '0001-01-01',
      '9999-11-29',
    ]) {
      expect({ date, told: await told(ana, date) }).toEqual({ date, told: expected(times, date) });
    }
    expect((await memories(ana, '2026-11-29')).items.map(({ title }) => title)).toEqual([
      '1 year ago',
      '2 years ago',
      '3 years ago',
    ]);
  });

  test('a memory goes by the wall clock of capture in every zone, and never by a month or year alone', async () => {
    const ben = await world.user('ben');
    await post(ben, '2020-06-30T23:30:00', { offset: '-11:00' });
    await post(ben, '2020-07-01T00:30:00', { offset: '+14:00' });
    await post(ben, '2020-07-01T12:00:00');
    const dated =
      '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
      '<rdf:Description rdf:about="" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" photoshop:DateCreated="2018-07"/>' +
      '</rdf:RDF></x:xmpmeta>';
    await ben.upload(await picture({ xmp: dated, width: 16, height: 16 })).expect(201);
    expect(await told(ben, '2026-07-01')).toEqual(['2020-07-01 ×2: 2020-07-01T12:00:00 2020-07-01T00:30:00']);
    expect(await told(ben, '2026-06-30')).toEqual(['2020-06-30 ×1: 2020-06-30T23:30:00']);
  });

  test('a photo that is archived or in the trash is absent from the memories until it is back', async () => {
    const cleo = await world.user('cleo');
    const archived = await post(cleo, '2021-05-05T10:00:00');
    const trashed = await post(cleo, '2022-05-05T10:00:00');
    await cleo.patch(`/v1/photos/${archived}`).send({ archived: true }).expect(200);
    await cleo.delete(`/v1/photos/${trashed}`).expect(204);
    expect(await told(cleo, '2026-05-05')).toEqual([]);
    await cleo.post(`/v1/photos/${trashed}/restore`).expect(200);
    await cleo.patch(`/v1/photos/${archived}`).send({ archived: false }).expect(200);
    expect(await told(cleo, '2026-05-05')).toHaveLength(2);
  });

  test('a hidden day is absent from the memories until it is shown again, and unchanged memories are a 304', async () => {
    const dan = await world.user('dan');
    await post(dan, '2021-05-05T10:00:00');
    await post(dan, '2022-05-05T10:00:00');
    const { headers } = await dan.get('/v1/memories?date=2026-05-05').expect(200);
    const again = () => dan.get('/v1/memories?date=2026-05-05').set('If-None-Match', headers['etag'] ?? '');
    await again().expect(304);
    for (let time = 0; time < 2; time++) {
      await dan.post('/v1/memories/hidden').send({ date: '2022-05-05' }).expect(204);
    }
    await again().expect(200);
    expect(await told(dan, '2026-05-05')).toEqual(['2021-05-05 ×1: 2021-05-05T10:00:00']);
    expect((await dan.get('/v1/timeline').expect(200)).body.items).toHaveLength(2);
    expect((await dan.read('/v1/memories/hidden', HiddenDayList)).items).toEqual(['2022-05-05']);
    await dan.delete('/v1/memories/hidden/2022-05-05').expect(204);
    await dan.delete('/v1/memories/hidden/2022-05-05').expect(204);
    expect(await told(dan, '2026-05-05')).toHaveLength(2);
    const days = Array.from({ length: 200 }, (_, day) =>
      new Date(Date.UTC(2000, 0, 1 + day)).toISOString().slice(0, 10),
    );
    await Promise.all(days.map((date) => dan.post('/v1/memories/hidden').send({ date }).expect(204)));
    await dan.post('/v1/memories/hidden').send({ date: '2019-01-01' }).expect(409);
  });

  test('returns 400 for a date that is no day, or for none, and 404 for such an address', async () => {
    const eve = await world.user('eve');
    const queries = ['', '?date=', '?date=2026-02-29', '?date=2026-13-01', '?date=2026-11', '?date=x', '?date=%00'];
    for (const query of queries) await eve.get(`/v1/memories${query}`).expect(400);
    await eve.get('/v1/memories?date=2026-11-29&date=2026-11-28').expect(400);
    await eve.get('/v1/memories?date=2026-11-29&more=1').expect(400);
    await eve.delete('/v1/memories/hidden/2026-02-30').expect(404);
  });
});

test('the timeline page begins with the memories of this day in the time zone of the person, who hides one and undoes it', async () => {
  const reply = await request(world.url).post('/signin').type('form').send({ name: 'finn', returnTo: '/' }).expect(303);
  const cookie = String(reply.headers['set-cookie']);
  const page = async (path = '/') => (await request(world.url).get(path).set('Cookie', cookie).expect(200)).text;
  const send = (form: Record<string, string>) =>
    request(world.url)
      .post('/memories')
      .set({ Cookie: cookie, 'Sec-Fetch-Site': 'same-origin' })
      .type('form')
      .send({ on: 'timeline', ...form });
  expect(await page()).not.toContain('This day');
  const finn = await world.user('finn');
  const photo = await post(finn, '2021-11-20T10:00:00');
  await post(finn, '2022-11-21T10:00:00');
  const shown = await page();
  expect(shown).toMatch(/This day[\s\S]*5 years ago/);
  expect(shown).toContain(`href="/photo/${photo}"`);
  expect(shown).not.toContain('4 years ago');
  for (const path of ['/?from=2022', '/?select=none', '/recent']) expect(await page(path)).not.toContain('This day');
  await finn.patch('/v1/me').send({ timeZone: 'Pacific/Kiritimati' }).expect(200);
  expect(await page()).toContain('4 years ago');

  const hidden = await send({ act: 'hide', date: '2022-11-21' }).expect(303);
  const after = await page(String(hidden.headers['location']));
  expect(after).toContain('Mon, 21 Nov 2022 is hidden');
  expect(after).not.toContain('4 years ago');
  expect(await page('/settings')).toMatch(/Hidden days[\s\S]*Mon, 21 Nov 2022/);
  const back = await send({ act: 'show', date: '2022-11-21', on: 'settings' }).expect(303);
  expect(back.headers['location']).toBe('/settings?notice=day-shown');
  expect(await page()).toContain('4 years ago');
  await send({ act: 'hide', date: 'never' }).expect(400);
});

test('the mail of a morning shows this day in earlier years to those who ask for it, also without new photos', async () => {
  const [gina, hal] = [await world.user('gina'), await world.user('hal')];
  const mail = { summary: true, memories: true };
  expect((await gina.patch('/v1/me').send({ mail }).expect(200)).body.mail).toMatchObject(mail);
  await hal
    .patch('/v1/me')
    .send({ mail: { summary: true } })
    .expect(200);
  const today = new Date(world.clock.now()).toISOString().slice(0, 10);
  const tomorrow = new Date(world.clock.now() + DAY).toISOString().slice(5, 10);
  for (const user of [gina, hal]) {
    await post(user, `2019-${tomorrow}T10:00:00`);
    await post(user, `2022-${today.slice(5)}T10:00:00`);
  }
  await world.advance(DAY);
  await mailSummaries();
  expect(headerOf(mailTo('gina')[0], 'Subject')).toMatch(/^2 photos on /);
  expect(mailTo('gina')[0]?.data).toContain('This day, 7 years ago');
  expect(mailTo('gina')[0]?.data.match(/^Content-Type: image\/jpeg/gm)).toHaveLength(2);
  expect(mailTo('hal')[0]?.data).not.toContain('This day');
  const later = await world.user('gina');
  await post(later, `2020-${new Date(world.clock.now() + 2 * DAY).toISOString().slice(5, 10)}T10:00:00`);
  await world.advance(DAY);
  await mailSummaries();
  await world.advance(DAY);
  await mailSummaries();
  expect(mailTo('gina').map((sent) => headerOf(sent, 'Subject'))).toContain('This day, 6 years ago');
  expect(mailTo('hal')).toHaveLength(1);
  const last = await world.user('gina');
  await last
    .patch('/v1/me')
    .send({ mail: { posts: true } })
    .expect(200);
  expect((await last.read('/v1/me', Me)).mail).toMatchObject({ ...mail, posts: true });
});
