import { expect, test } from 'vitest';
import { Photo } from '../../src/features/photos/schemas.ts';
import { picture } from '../support/picture.ts';
import { startWorld } from '../support/world.ts';

const world = await startWorld();

const LISTS = ['/v1/timeline?', '/v1/timeline?order=posted&', '/v1/timeline/days?preload=1&', '/v1/changes?'];
const LEFT_OUT = ['albums', 'fileName', 'camera', 'location', 'place', 'processing'];

const ana = await world.user('ana');
const bytes = await picture({ gps: { latitude: 12.5, longitude: -98.5 }, camera: { make: 'Maker', model: 'One' } });
const { body: posted } = await ana.upload(bytes, { fileName: 'lake.jpg' }).expect(201);
const single = () => ana.read(`/v1/photos/${posted.photo.id}`, Photo);

/** The only photo in a list, whatever the list's shape is. */
async function listed(path: string): Promise<object> {
  const { body } = await ana.get(path).expect(200);
  return body.items?.[0] ?? body.page?.items[0] ?? body.changes[0].photo;
}

test('lists show why a photo is not ready', async () => {
  const { processing } = await single();
  for (const path of LISTS) expect(await listed(path)).toMatchObject({ state: 'pending', processing });
});

test('items of lists are single photos without what only a single photo shows', async () => {
  await world.drain();
  const lean = Object.fromEntries(Object.entries(await single()).filter(([field]) => !LEFT_OUT.includes(field)));
  for (const path of LISTS) expect(await listed(path)).toEqual(lean);
});

test('fields=all makes items of lists equal to single photos', async () => {
  for (const path of LISTS) expect(await listed(`${path}fields=all`)).toEqual(await single());
});

test('refuses an unknown value of fields', async () => {
  for (const path of LISTS) await ana.get(`${path}fields=some`).expect(400);
});

test('the trash shows lean items, and whole ones with fields=all', async () => {
  await ana.delete(`/v1/photos/${posted.photo.id}`).expect(204);
  for (const field of LEFT_OUT) expect(await listed('/v1/trash')).not.toHaveProperty(field);
  expect(await listed('/v1/trash?fields=all')).toMatchObject({ fileName: 'lake.jpg', camera: { make: 'Maker' } });
});
