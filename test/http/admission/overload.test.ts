import { beforeAll, expect, test } from 'vitest';
import request from 'supertest';
import { UploadReply } from '../../../src/features/photos/schemas.ts';
import { checked } from '../../support/checked.ts';
import { datastoreProxy } from '../../support/grpc-proxy.ts';
import { picture } from '../../support/picture.ts';
import { problemOf } from '../../support/replies.ts';
import { secondInstance } from '../../support/second-instance.ts';
import { signUp, type TestUser } from '../../support/test-user.ts';
import { startWorld, type World } from '../../support/world.ts';

/** Pages at once in the local profile. */
const AT_ONCE = 8;

let world: World;
let url: string;
/** While it is there, Datastore answers no query for a page. */
let held: PromiseWithResolvers<void> | undefined;
let years = 1000;
let ana: TestUser;
/** So many that none of them fills its half of the queue. */
let readers: TestUser[];
let thumb: string;

beforeAll(async () => {
  world = await startWorld();
  const datastore = await datastoreProxy(world.cloud.endpoints.datastore, async (method, asked, forward) => {
    if (method === 'RunQuery' && asked.includes('timelineKey')) await held?.promise;
    return forward();
  });
  url = await secondInstance(world, { datastore });
  ana = await signUp(url, 'ana');
  readers = await Promise.all(['ben', 'cleo', 'dina', 'emil'].map((name) => signUp(url, name)));
  const { photo } = checked(UploadReply, (await ana.upload(await picture()).expect(201)).body);
  await world.drain();
  thumb = photo.variants.thumb.url;
});

/** A page that no instance has read before. */
const freshPage = () => `/v1/timeline?limit=10&from=${years++}`;

const measures = async () => (await request(url).get('/metrics').expect(200)).text;

/** Asks for so many pages that no instance has read before, and waits until all have come. */
async function flood(count: number) {
  held = Promise.withResolvers<void>();
  const pages = Array.from({ length: count }, async (_, at) => {
    const { status } = await (readers[at % readers.length] ?? ana).get(freshPage());
    return status;
  });
  await expect.poll(measures).toContain(`photo_timeline_pages_waiting ${count - AT_ONCE}\n`);
  // All of them have been waiting for longer than a newcomer may.
  await world.advance(600);
  return {
    pages,
    async end() {
      held?.resolve();
      held = undefined;
      return Promise.all(pages);
    },
  };
}

test('beyond what can be served, a page is refused at once and is served after its Retry-After', async () => {
  const { end } = await flood(2 * AT_ONCE);
  const page = freshPage();
  const refused = await ana.get(page).expect(503);
  expect(problemOf(refused)).toMatchObject({
    code: 'overloaded',
    retryable: true,
    detail: expect.stringContaining('pages') as string,
  });
  const seconds = Number(refused.headers['retry-after']);
  expect(seconds).toBeGreaterThanOrEqual(1);
  expect(seconds).toBeLessThanOrEqual(30);
  expect(await end()).toEqual(Array(2 * AT_ONCE).fill(200));
  await world.advance(seconds * 1000);
  await ana.get(page).expect(200);
});

test('a change is refused like a page, before its body is read', async () => {
  const { end } = await flood(2 * AT_ONCE);
  await ana
    .patch('/v1/me')
    .send({ displayName: 'x'.repeat(100_000) })
    .expect(503);
  await end();
});

test('a reply that needs no read of Datastore is sent during a flood of pages', async () => {
  const { headers } = await ana.get('/v1/timeline').expect(200);
  await request(url).get(thumb).expect(200);
  const { end } = await flood(2 * AT_ONCE);
  await ana.get('/v1/timeline').expect(200);
  await ana.get('/v1/timeline').set('If-None-Match', String(headers['etag'])).expect(304);
  await request(url).get(thumb).expect(200);
  await request(url).get('/healthz').expect(200);
  await request(url).get('/v1/limits').expect(200);
  await end();
});

test('uploads and pictures that have to be made have bounds of their own, which a flood of pages leaves free', async () => {
  const { end } = await flood(2 * AT_ONCE);
  const { photo } = checked(UploadReply, (await ana.upload(await picture()).expect(201)).body);
  await request(url).get(`${photo.variants.large.url}&format=webp`).expect(200);
  await end();
});

test('a task is never refused', async () => {
  const { end } = await flood(2 * AT_ONCE);
  const { status } = await request(url)
    .post('/tasks/make-variants')
    .set('X-Local-Cloud-Secret', world.cloud.endpoints.secret)
    .send({ user: 'nosuchuser000000', photo: 'nosuchphoto00000' });
  expect(status).toBe(200);
  await end();
});

test('a monitor sees what is in work, what waits and what was refused', async () => {
  const { end } = await flood(2 * AT_ONCE);
  await ana.get(freshPage()).expect(503);
  const text = await measures();
  expect(text).toContain(`photo_timeline_pages_in_work ${AT_ONCE}\n`);
  expect(text).toMatch(/photo_timeline_pages_refused [1-9]/);
  await end();
});
