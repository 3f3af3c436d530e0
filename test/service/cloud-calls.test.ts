import { expect, test } from 'vitest';
import { googleInstance } from '../support/google-instance.ts';
import { picture } from '../support/picture.ts';
import { startWorld } from '../support/world.ts';

const world = await startWorld();

/** The names and descriptions in `Server-Timing`. */
function timed(header: string | string[] | undefined) {
  const entries = [...String(header).matchAll(/(\w+);dur=\d+\.\d(?:;desc="(\d+) calls")?/g)];
  return Object.fromEntries(entries.map(([, name = '', calls]) => [name, calls && Number(calls)]));
}

test('in the local profile a reply tells its time and its calls to each service of the cloud', async () => {
  const user = await world.user();
  const { headers, body } = await user.upload(await picture()).expect(201);
  expect(timed(headers['server-timing'])).toMatchObject({
    total: undefined,
    datastore: expect.any(Number) as number,
    storage: 1,
  });
  await world.drain();
  const page = await user.get('/v1/timeline').expect(200);
  expect(timed(page.headers['server-timing'])).toEqual({ total: undefined, datastore: 2 });
  const { photo } = body as { photo: { id: string } };
  const original = await user.get(`/v1/photos/${photo.id}/image/original`).expect(200);
  expect(timed(original.headers['server-timing'])).toMatchObject({ storage: 1 });
  const line = world.logged('/v1/timeline');
  const refused = await fetch(`${world.url}/v1/timeline`);
  expect(timed(refused.headers.get('server-timing') ?? '')).toEqual({ total: undefined });
  expect(JSON.parse(await line)).not.toHaveProperty('calls');
  const next = world.logged('/v1/timeline');
  await user.get('/v1/timeline?limit=7').expect(200);
  expect(JSON.parse(await next)).toMatchObject({ calls: { datastore: 2 } });
});

test('in the profile google no reply tells times', async () => {
  const reply = await fetch(`${await googleInstance(world)}/healthz`);
  expect(reply.status).toBe(200);
  expect(reply.headers.get('server-timing')).toBeNull();
});
