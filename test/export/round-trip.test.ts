import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { ImportReply } from '../../src/features/import/schemas.ts';
import { checked } from '../support/checked.ts';
import { picture } from '../support/picture.ts';
import { problemOf } from '../support/replies.ts';
import type { TestUser } from '../support/test-user.ts';
import { startWorld } from '../support/world.ts';

const world = await startWorld({ env: { RATE_LIMITS: 'off' } });

const manifestOf = async (user: TestUser) =>
  (await user.get('/v1/export').expect(200).buffer(true)).text.trimEnd().split('\n');

async function bring(user: TestUser, lines: readonly string[]) {
  const sent = user.post('/v1/import').set('Content-Type', 'application/x-ndjson').send(lines.join('\n'));
  return checked(ImportReply, (await sent.expect(200)).body).results;
}

const statuses = (results: { kind: string; status: string }[]) =>
  Object.fromEntries(
    [...Map.groupBy(results, ({ kind, status }) => `${kind} ${status}`)].map(([what, { length }]) => [what, length]),
  );

interface Library {
  user: TestUser;
  files: Buffer[];
}

/** A library with all that an owner may say of photos, and two albums. */
async function library(): Promise<Library> {
  const user = await world.user();
  const files = await Promise.all(
    Array.from({ length: 6 }, (_, at) =>
      picture({ width: 20 + at, takenAt: `2019-07-0${at + 1}T10:00:00`, gps: { latitude: 10 + at, longitude: 20 } }),
    ),
  );
  const ids: string[] = [];
  for (const [at, file] of files.entries()) {
    const { body } = await user.upload(file, { fields: { caption: `Photo ${at} 🎉\n<b>` } }).expect(201);
    ids.push((body as { photo: { id: string } }).photo.id);
  }
  const edits = [
    { takenAt: '2001-02-03T04:05:06.78+02:00', tags: ['Sea, side', 'x'], rating: 5, favourite: true },
    { takenAt: '2001-02-03T04:05', location: { latitude: -1.5, longitude: 2 }, alt: 'Alt' },
    { place: { city: 'Home', country: 'Utopia' }, archived: true },
    { rotation: 90, caption: '' },
  ];
  for (const [at, edit] of edits.entries()) await user.patch(`/v1/photos/${ids[at]}`).send(edit).expect(200);
  const album = async (title: string, order: string, photos: (string | undefined)[]) => {
    const { body } = await user.post('/v1/albums').send({ title, order, description: 'Words' }).expect(201);
    await user
      .post(`/v1/albums/${(body as { id: string }).id}/photos`)
      .send({ ids: photos })
      .expect(200);
  };
  await album('By time', 'taken', [ids[0], ids[1], ids[5]]);
  await album('By hand', 'custom', [ids[4], ids[0], ids[2]]);
  await world.drain();
  return { user, files };
}

/** A manifest without ids, times of arrival, links and the order of changes: what must be the same elsewhere. */
function comparable(lines: readonly string[]) {
  const parsed = lines.map((line) => JSON.parse(line) as Record<string, Record<string, never>>);
  const sorted = <T>(items: T[]) => items.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  const albums = new Map(parsed.flatMap(({ album }) => (album ? [[album['id'], album['title']]] : [])));
  const photos = parsed.flatMap(({ photo }) => {
    if (!photo) return [];
    const { sha256, caption, alt, takenAt, location, place, tags, rating, favourite, archived, rotation } = photo;
    const { width, height, file, checksums, ranks, fileName, bytes, camera } = photo;
    const said = { caption, alt, takenAt, location, place, tags, rating, favourite, archived, rotation };
    const inAlbums = Object.keys(ranks ?? {})
      .map((id) => String(albums.get(id as never)))
      .toSorted((a, b) => (a < b ? -1 : 1));
    return [{ sha256, ...said, width, height, file, checksums, fileName, bytes, camera, inAlbums }];
  });
  const byHand = [...albums].flatMap(([id, title]) => {
    const ranked = parsed.flatMap(({ photo }) =>
      photo?.['ranks']?.[`${id}`] ? [[photo['ranks'][`${id}`], photo['sha256']]] : [],
    );
    return [[title, title === 'By hand' ? sorted(ranked).map(([, sha256]) => sha256) : []]];
  });
  const texts = parsed.flatMap(({ album }) =>
    album ? [[album['title'], album['description'], album['order'], album['count'], album['from'], album['to']]] : [],
  );
  return { photos: sorted(photos), byHand: sorted(byHand), texts: sorted(texts) };
}

test('a manifest that is imported into an empty account gives the same manifest there, and again changes nothing', async () => {
  const { user: ana, files } = await library();
  const manifest = await manifestOf(ana);
  const ben = await world.user();
  const early = await bring(ben, manifest);
  expect(statuses(early)).toEqual({ 'account skipped': 1, 'photo missing': 6, 'album created': 2, 'end skipped': 1 });
  for (const file of files.toReversed()) await ben.upload(file, {}).expect(201);
  expect(statuses(await bring(ben, manifest))).toEqual({
    'account skipped': 1,
    'photo updated': 6,
    'album unchanged': 2,
    'end skipped': 1,
  });
  await world.drain();
  const copy = await manifestOf(ben);
  expect(comparable(copy)).toEqual(comparable(manifest));
  const { sequence } = (await ben.get('/v1/tags').expect(200)).body as { sequence: number };
  expect(statuses(await bring(ben, manifest))['photo unchanged']).toBe(6);
  expect(statuses(await bring(ben, copy))).toMatchObject({ 'photo unchanged': 6, 'album unchanged': 2 });
  expect((await ben.get('/v1/tags').expect(200)).body).toMatchObject({ sequence });
});

test('lines that are cut, lie or name what is not there fail or wait alone, and too much is refused', async () => {
  const ana = await world.user();
  const file = await picture({ width: 40 });
  const { body } = await ana.upload(file, {}).expect(201);
  const { id, sha256 } = (body as { photo: { id: string; sha256: string } }).photo;
  const line = (photo: object) => JSON.stringify({ kind: 'photo', type: 'upsert', photo: { sha256, ...photo } });
  const foreign = 'A'.repeat(16);
  const results = await bring(ana, [
    line({ caption: 'cut' }).slice(0, -5),
    line({ rating: 9 }),
    line({ sha256: 'f'.repeat(64) }),
    line({ sha256: 'short' }),
    line({ takenAt: { local: 'never', source: 'user' } }),
    '{"kind":"photo","type":"delete","id":"x"}',
    '{"kind":"later","x":1}',
    '{"no":"kind"}',
    'null',
    JSON.stringify({ kind: 'album', album: { id: foreign, title: '' } }),
    line({ id: foreign, caption: 'Kept', ranks: { [foreign]: 'a0' }, __proto__: { x: 1 } }),
  ]);
  expect(results.map(({ status }) => status)).toEqual([
    'failed',
    'failed',
    'missing',
    'failed',
    'failed',
    'skipped',
    'skipped',
    'failed',
    'failed',
    'failed',
    'updated',
  ]);
  expect(results.at(-1)).toMatchObject({ line: 11, id, albumsMissing: [foreign] });
  expect(JSON.stringify(results[1])).toContain('rating');
  expect((await ana.get(`/v1/photos/${id}`).expect(200)).body).toMatchObject({ caption: 'Kept', rating: null });

  const post = (text: string) => ana.post('/v1/import').set('Content-Type', 'application/x-ndjson').send(text);
  const many = problemOf(await post(Array(501).fill('{"kind":"end"}').join('\n')).expect(400));
  expect(many.detail).toBe('The body has 501 lines. Send at most 500 at once.');
  expect(problemOf(await post(randomBytes(5 << 20).toString('hex')).expect(413)).code).toBe('file-too-large');
  expect((await post('\n\n').expect(200)).body).toEqual({ results: [] });
  await ana.delete(`/v1/photos/${id}`).expect(204);
  expect((await bring(ana, [line({ caption: 'In the trash' })]))[0]).toMatchObject({ status: 'trashed', sha256 });
});
