import request from 'supertest';
import { expect, test } from 'vitest';
import { UploadReply } from '../../src/features/photos/schemas.ts';
import { checked } from '../support/checked.ts';
import { chaosWith } from '../support/chaos.ts';
import { googleInstance } from '../support/google-instance.ts';
import { picture } from '../support/picture.ts';
import { pipelined } from '../support/pipelined.ts';
import { startWorld } from '../support/world.ts';
import { countOf, from, send } from './send.ts';

const world = await startWorld();
const tokenFor = async (name: string) => (await world.cloud.mintToken(name)).token;

test('a phone that scrolls over 2,000 thumbs gets all of them, one more not, and 200 each second', async ({ skip }) => {
  skip(chaosWith('abort', 'cut', 'twice'), 'Left out in chaos: there is no limit.');
  const ana = await world.user();
  const { photo } = checked(UploadReply, (await ana.upload(await picture()).expect(201)).body);
  const { url } = photo.variants.thumb;
  const [first, ...statuses] = await pipelined(world.appUrl, url, 2001);
  expect([first, ...new Set(statuses.slice(0, -1)), statuses.at(-1)]).toEqual([200, 200, 429]);
  const refused = await request(world.appUrl).get(url).expect(429).expect('retry-after', '1');
  expect(refused.headers['ratelimit-policy']).toBe('"pictures";q=2000;w=10');
  // Pictures take nothing from the rest.
  await ana
    .get('/v1/me')
    .expect(200)
    .expect('ratelimit', /^"api";r=59/);
  await world.advance(1000);
  expect((await pipelined(world.appUrl, url, 201)).filter((status) => status === 200)).toHaveLength(200);
});

test("strangers do not use up what an owner may see, nor one owner's viewers what those of another may", async () => {
  const google = await googleInstance(world, { GAE_ENV: 'standard', RATE_LIMITS: 'pictures=1/5' });
  const photoOf = async (name: string) => {
    const headers = { Authorization: `Bearer ${await tokenFor(name)}`, ...from('192.0.2.1') };
    const upload = request(google)
      .post('/v1/photos')
      .set(headers)
      .attach('image', await picture(), 'a.jpg');
    return checked(UploadReply, (await upload.expect(201)).body).photo.variants.thumb.url;
  };
  const [ofAna, ofBen] = [await photoOf('ana'), await photoOf('ben')];
  const look = (url: string, address: string) => () => request(google).get(url).set(from(address));
  const flood = await send(8, look(ofAna, '198.51.100.1'));
  expect([countOf(flood, 200), countOf(flood, 429)]).toEqual([5, 3]);
  await look(ofBen, '198.51.100.1')().expect(200);
  await look(ofAna, '198.51.100.2')().expect(200).expect('ratelimit', '"pictures";r=4;t=1');
});

test('forged URLs count by address, and take nothing from the user whom they name', async () => {
  const google = await googleInstance(world, { GAE_ENV: 'standard', RATE_LIMITS: 'pictures=1/5' });
  const headers = { Authorization: `Bearer ${await tokenFor('cleo')}`, ...from('192.0.2.1') };
  const upload = request(google)
    .post('/v1/photos')
    .set(headers)
    .attach('image', await picture(), 'a.jpg');
  const { url } = checked(UploadReply, (await upload.expect(201)).body).photo.variants.thumb;
  const look = (of: string) => () => request(google).get(of).set(from('198.51.100.9'));
  const forged = await send(8, look(`${url.slice(0, -4)}AAAA`));
  expect([countOf(forged, 401), countOf(forged, 429)]).toEqual([5, 3]);
  await look(url)().expect(200).expect('ratelimit', '"pictures";r=4;t=1');
});
