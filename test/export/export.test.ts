import { expect, test } from 'vitest';
import { createHash } from 'node:crypto';
import request from 'supertest';
import { picture } from '../support/picture.ts';
import { problemOf } from '../support/replies.ts';
import type { TestUser } from '../support/test-user.ts';
import { startWorld } from '../support/world.ts';

const world = await startWorld({ env: { RATE_LIMITS: 'off' } });

interface Line {
  kind: string;
  type?: string;
  id?: string;
  reason?: string;
  token?: string;
  more?: boolean;
  photo?: Record<string, unknown> & { id: string; original: { url: string }; sha256: string };
  album?: Record<string, unknown> & { id: string };
  share?: Record<string, unknown>;
  account?: Record<string, unknown>;
}

async function linesOf(user: TestUser, query = ''): Promise<Line[]> {
  const { text, headers } = await user.get(`/v1/export${query}`).expect(200).buffer(true);
  expect(headers).toMatchObject({ 'content-type': expect.stringContaining('application/x-ndjson') as string });
  expect(text.endsWith('}\n')).toBe(true);
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

test('the manifest has account, shares, photos with what their files say, and albums, and goes on from its token', async () => {
  const ana = await world.user();
  await ana.patch('/v1/me').send({ displayName: 'Ana', timeZone: 'Europe/Berlin' }).expect(200);
  const post = async (file: Buffer, fields = {}) => {
    const { body } = await ana.upload(file, { fields }).expect(201);
    return (body as { photo: { id: string } }).photo.id;
  };
  const file = await picture({ takenAt: '2019-07-01T10:00:00', gps: { latitude: 52.5, longitude: 13.4 } });
  const [one, two, gone] = [
    await post(file, { caption: 'One "<b>\n' }),
    await post(await picture({ width: 20 })),
    await post(await picture({ width: 21 })),
  ];
  await ana
    .patch(`/v1/photos/${one}`)
    .send({ takenAt: '2001-02-03T04:05:06', location: { latitude: 1, longitude: 2 }, tags: ['sea'], rating: 3 })
    .expect(200);
  await ana.delete(`/v1/photos/${gone}`).expect(204);
  const { body } = await ana.post('/v1/albums').send({ title: 'By hand', order: 'custom' }).expect(201);
  const album = (body as { id: string }).id;
  await ana
    .post(`/v1/albums/${album}/photos`)
    .send({ ids: [two, one] })
    .expect(200);
  await ana.post('/v1/shares').send({ album }).expect(201);

  const lines = await linesOf(ana);
  expect(lines.map(({ kind, type = '' }) => `${kind} ${type}`.trim())).toEqual([
    'account',
    'share',
    'photo upsert',
    'photo upsert',
    'album upsert',
    'end',
  ]);
  expect(lines[0]).toMatchObject({ version: 1, account: { displayName: 'Ana', timeZone: 'Europe/Berlin' } });
  expect(lines[1]?.share).toMatchObject({ album, hasPassword: false });
  expect(Object.keys(lines[1]?.share ?? {})).not.toEqual(expect.arrayContaining(['token', 'url']));
  const photo = lines.find((line) => line.photo?.id === one)?.photo;
  expect(photo).toMatchObject({
    caption: 'One "<b>\n',
    tags: ['sea'],
    rating: 3,
    location: { latitude: 1, longitude: 2 },
    takenAt: { local: '2001-02-03T04:05:06', source: 'user' },
    file: {
      takenAt: { local: '2019-07-01T10:00:00', source: 'exif' },
      location: { latitude: expect.closeTo(52.5) as number },
    },
    sha256: createHash('sha256').update(file).digest('hex'),
    checksums: { md5: createHash('md5').update(file).digest('base64') },
    ranks: { [album]: expect.any(String) as string },
  });
  const original = await request(world.url)
    .get(photo?.original.url ?? '')
    .expect(200)
    .buffer(true);
  expect(
    createHash('sha256')
      .update(original.body as Buffer)
      .digest('hex'),
  ).toBe(photo?.sha256);

  const paged: Line[] = [];
  for (let token = ''; ;) {
    const page = await linesOf(ana, `?limit=1${token && `&token=${encodeURIComponent(token)}`}`);
    const end = page.pop();
    paged.push(...page);
    token = end?.token ?? '';
    if (!end?.more) break;
  }
  expect(paged.map(withoutTime)).toEqual(lines.slice(0, -1).map(withoutTime));

  const since = `?token=${encodeURIComponent(lines.at(-1)?.token ?? '')}`;
  expect((await linesOf(ana, since)).map(({ kind }) => kind)).toEqual(['end']);
  await ana.delete(`/v1/photos/${two}`).expect(204);
  await ana.delete(`/v1/albums/${album}`).expect(204);
  const changed = (await linesOf(ana, since)).map(({ kind, type, reason, id }) => [kind, type, reason, id].join(' '));
  expect(changed).toEqual(expect.arrayContaining([`photo delete trashed ${two}`, `album delete deleted ${album}`]));
});

/** The account's line has the time of the request. */
const withoutTime = (line: Line) => ({ ...line, at: undefined });

test('the manifest of another account and damaged tokens are refused in words', async () => {
  const [ben, cleo] = [await world.user(), await world.user()];
  const token = (await linesOf(ben)).at(-1)?.token ?? '';
  const refused = async (query: string) => problemOf(await cleo.get(`/v1/export?${query}`).expect(400)).code;
  expect(await refused(`token=${encodeURIComponent(token)}`)).toBe('cursor-mismatch');
  expect(await refused('token=damaged')).toBe('cursor-invalid');
  expect(await refused('limit=501')).toBe('invalid-request');
  await request(world.url).get('/v1/export').expect(401);
});
