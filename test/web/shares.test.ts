import request from 'supertest';
import { expect, test } from 'vitest';
import type { Photo } from '../../src/features/photos/schemas.ts';
import { picture } from '../support/picture.ts';
import type { TestUser } from '../support/test-user.ts';
import { startWorld } from '../support/world.ts';

const world = await startWorld();

async function press(user: TestUser, path: string, fields: Record<string, string>) {
  const reply = await user.post(path).type('form').send(new URLSearchParams(fields).toString()).expect(303);
  return String(reply.headers['location']);
}

const asGuest = (path: string) => request(world.url).get(path).set('Accept', 'text/html');

test('without script, an album is shared with a password, opened by a guest, added to, reported and ended', async () => {
  const ana = await world.user();
  const { body } = await ana
    .upload(await picture({ takenAt: '2019-07-01T10:00:00' }), { fields: { caption: 'Rex' } })
    .expect(201);
  const photo = (body as { photo: Photo }).photo.id;
  const album = (await press(ana, '/albums', { title: '<i>Harbour</i>', photo })).split('?')[0] ?? '';
  const id = album.split('/')[2] ?? '';
  await world.drain();
  expect((await ana.get(album).expect(200)).text).toContain(`href="/shares?album=${id}"`);
  expect((await ana.get(`/shares?album=${id}`).expect(200)).text).toContain('Share the album &#60;i&#62;Harbour');
  const chosen = await press(ana, '/photos', { in: 'timeline', act: 'share', photo });
  expect((await ana.get(chosen).expect(200)).text).toContain('<h1>Share 1 photo</h1>');

  const fields = { album: id, title: '', days: '7', password: 'sesame', upload: 'yes' };
  const list = (await ana.get(await press(ana, '/shares', fields)).expect(200)).text;
  const path = /href="(\/s\/\w[\w-]+)"/.exec(list)?.[1] ?? '';
  expect(list).toMatch(/open until Fri, 27 Nov 2026, with a password/);

  const locked = await asGuest(path).expect(200);
  expect(locked.text).toContain('These photos have a password');
  expect(locked.text).not.toContain('Harbour');
  const guess = (password: string) => request(world.url).post(path).type('form').send({ password });
  expect((await guess('wrong').expect(200)).text).toContain('This is not the password.');
  const cookie = String((await guess('sesame').expect(303)).headers['set-cookie']?.[0]).split(';')[0] ?? '';
  const open = async (query = '') =>
    (
      await asGuest(path + query)
        .set('Cookie', cookie)
        .expect(200)
    ).text;
  const page = await open();
  expect(page).toContain('<h1 dir="auto">&#60;i&#62;Harbour&#60;/i&#62;</h1>');
  expect(page).toContain(`<meta property="og:url" content="http://localhost`);
  expect(page).toMatch(/property="og:description" content="1 photo, shared by user-/);
  const image =
    /property="og:image" content="http:\/\/localhost:\d+([^"]+)"/.exec(page)?.[1]?.replaceAll('&#38;', '&') ?? '';
  await request(world.url).get(image).expect(200).expect('Cache-Control', 'private, max-age=60');
  expect(page).not.toMatch(/DSC|photo\.jpg|\/original/);

  const added = await request(world.url)
    .post(`${path}/photos`)
    .set('Cookie', cookie)
    .attach('image', await picture({ takenAt: '2019-07-02T10:00:00' }), 'guest.jpg')
    .expect(303);
  expect(added.headers['location']).toBe(`${path}?did=received`);
  expect(await open('?did=received')).toMatch(/2 photos, shared by[^]*Your photo has arrived/);

  await asGuest(`${path}/report`).expect(200);
  const reported = world.logged('share-reported');
  const thanks = await request(world.url).post(`${path}/report`).type('form').send({ reason: 'Not mine' }).expect(200);
  expect(thanks.text).toContain('Thank you.');
  expect(JSON.parse(await reported)).toMatchObject({ event: 'share-reported', reason: 'Not mine' });

  const share = /action="\/shares\/(\w+)"/.exec(list)?.[1] ?? '';
  expect(await press(ana, `/shares/${share}`, { act: 'revoke' })).toBe('/shares?did=revoked');
  for (const gone of [path, `${path}/report`]) await asGuest(gone).set('Cookie', cookie).expect(404);
});
