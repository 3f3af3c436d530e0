import { describe, expect, test } from 'vitest';
import { Me } from '../../src/features/accounts/schemas.ts';
import type { Change } from '../../src/features/changes/schemas.ts';
import { UploadReply } from '../../src/features/photos/schemas.ts';
import { TimelinePage } from '../../src/features/timeline/schemas.ts';
import { Problem } from '../../src/http/replies/problem.ts';
import { checked } from '../support/checked.ts';
import { picture } from '../support/picture.ts';
import { problemOf } from '../support/replies.ts';
import type { TestUser } from '../support/test-user.ts';
import { startWorld } from '../support/world.ts';
import { newPhone, readFeed, sync } from './phone.ts';

const world = await startWorld();

async function post(user: TestUser): Promise<string> {
  const { body } = await user.upload(await picture({ width: 40, height: 30 })).expect(201);
  return checked(UploadReply, body).photo.id;
}

async function postMany(user: TestUser, count: number): Promise<string[]> {
  const ids: string[] = [];
  while (ids.length < count) ids.push(await post(user));
  return ids;
}

const told = (change: Change) =>
  change.type === 'delete'
    ? `${change.reason} ${change.id}`
    : `upsert ${('photo' in change ? change.photo : change.album).id}`;

/** What the feed tells of since a token. */
const since = async (user: TestUser, token?: string) => (await readFeed(user, token)).changes.map(told);

describe('the change feed', () => {
  test('the change feed reports everything first, and then only what is new', async () => {
    const ana = await world.user();
    const [first, second] = [await post(ana), await post(ana)];
    const start = await readFeed(ana);
    expect(start.changes.map(told)).toEqual([`upsert ${first}`, `upsert ${second}`]);
    expect(start.more).toBe(false);
    expect(await since(ana, start.token)).toEqual([]);

    const third = await post(ana);
    await ana.patch(`/v1/photos/${first}`).send({ caption: 'the sea' }).expect(200);

    const next = await readFeed(ana, start.token);
    expect(next.changes.map(told)).toEqual([`upsert ${third}`, `upsert ${first}`]);
    expect(next.changes.map(({ sequence }) => sequence)).toEqual([3, 4]);
    expect(next.changes[1]).toMatchObject({ kind: 'photo', photo: { caption: 'the sea', revision: 2 } });
  });

  test('the change feed shows a photo as the service itself does', async () => {
    const ana = await world.user();
    const id = await post(ana);
    await world.drain();
    const { body } = await ana.get(`/v1/photos/${id}`).expect(200);
    expect((await ana.get('/v1/changes?fields=all').expect(200)).body.changes).toMatchObject([{ photo: body }]);
  });

  test('the change feed says of a photo that it was thrown away, that it is back, and that it is gone for good', async () => {
    const ana = await world.user();
    const id = await post(ana);
    const { token } = await readFeed(ana);
    await ana.delete(`/v1/photos/${id}`).expect(204);
    expect(await since(ana, token)).toEqual([`trashed ${id}`]);
    await ana.post(`/v1/photos/${id}/restore`).expect(200);
    expect(await since(ana, token)).toEqual([`upsert ${id}`]);
    await ana.delete(`/v1/photos/${id}`).expect(204);
    await ana.delete(`/v1/trash/${id}`).expect(204);
    expect(await since(ana, token)).toEqual([`erased ${id}`]);
  });

  test('the change feed reports no deletion from before the first read to a new reader', async () => {
    const ana = await world.user();
    const [trashed, erased, kept] = [await post(ana), await post(ana), await post(ana)];
    for (const id of [trashed, erased]) await ana.delete(`/v1/photos/${id}`).expect(204);
    await ana.delete(`/v1/trash/${erased}`).expect(204);
    expect(await since(ana)).toEqual([`upsert ${kept}`]);
  });

  test('the change feed keeps an archived photo', async () => {
    const ana = await world.user();
    const id = await post(ana);
    await ana.patch(`/v1/photos/${id}`).send({ archived: true }).expect(200);
    expect((await readFeed(ana)).changes).toMatchObject([{ type: 'upsert', photo: { id, archived: true } }]);
  });

  test('the change feed comes page by page, and a walk misses nothing that happens meanwhile', async () => {
    const ana = await world.user();
    const ids = await postMany(ana, 5);
    const phone = newPhone();
    const first = await readFeed(ana, undefined, 2);
    expect([first.changes.map(told), first.more]).toEqual([[`upsert ${ids[0]}`, `upsert ${ids[1]}`], true]);
    for (const change of first.changes) if ('photo' in change) phone.photos.set(change.photo.id, change.photo);

    await ana.delete(`/v1/photos/${ids[0]}`).expect(204);
    await ana.patch(`/v1/photos/${ids[3]}`).send({ caption: 'moved on' }).expect(200);
    const late = await post(ana);
    await sync(Object.assign(phone, { token: first.token }), ana, 2);

    expect([...phone.photos.keys()].sort()).toEqual([...ids.slice(1), late].sort());
    expect(phone.photos.get(ids[3] ?? '')?.caption).toBe('moved on');
  });

  test('the feed begins now for a client that wants only later changes', async () => {
    const ana = await world.user();
    await post(ana);
    const latest = await readFeed(ana, 'latest');
    expect(latest).toMatchObject({ changes: [], more: false });
    const next = await post(ana);
    expect(await since(ana, latest.token)).toEqual([`upsert ${next}`]);
  });

  test('an unchanged feed is answered 304, and 200 after the next change', async () => {
    const ana = await world.user();
    await post(ana);
    const { token } = await readFeed(ana);
    const { headers } = await ana.get(`/v1/changes?token=${token}`).expect(200);
    const again = () => ana.get(`/v1/changes?token=${token}`).set('If-None-Match', headers['etag'] ?? '');
    await again().expect(304);
    await post(ana);
    expect((await again().expect(200)).body.changes).toHaveLength(1);
  });
});

describe('a token', () => {
  const refusal = async (user: TestUser, query: string) => {
    const { status, body } = await user.get(`/v1/changes?${query}`);
    return [status, status < 400 ? undefined : checked(Problem, body).code];
  };

  test('a token of another user, or a cursor of another list, is a mismatch', async () => {
    const [ana, ben] = [await world.user(), await world.user()];
    await postMany(ana, 2);
    const { token } = await readFeed(ana, undefined, 1);
    expect(await refusal(ben, `token=${token}`)).toEqual([400, 'cursor-mismatch']);
    const { next } = await ana.read('/v1/timeline?limit=1', TimelinePage);
    expect(await refusal(ana, `token=${next}`)).toEqual([400, 'cursor-mismatch']);
    expect(problemOf(await ana.get(`/v1/timeline?cursor=${token}`).expect(400)).code).toBe('cursor-mismatch');
  });

  test.each([
    ['cut', (token: string) => token.slice(0, -3)],
    ['changed', (token: string) => `${token.slice(0, 40)}${token[40] === 'A' ? 'B' : 'A'}${token.slice(41)}`],
    ['of another version', (token: string) => `Ag${token.slice(2)}`],
    ['no token at all', () => 'nonsense'],
    ['empty', () => ''],
  ])('a token that is %s is invalid', async (_, damage) => {
    const ana = await world.user();
    const { token } = await readFeed(ana);
    expect(await refusal(ana, `token=${damage(token)}`)).toEqual([400, 'cursor-invalid']);
  });

  test('from a future that the database has not seen asks for a new start', async () => {
    const ana = await world.user();
    const { id } = await ana.read('/v1/me', Me);
    const key = world.datastore.key(['User', id]);
    const [backup] = (await world.datastore.get(key)) as [{ view: string }];
    await post(ana);
    const { token } = await readFeed(ana);
    await world.datastore.save({ key, data: { view: backup.view }, excludeFromIndexes: ['view'] });

    const problem = problemOf(await ana.get(`/v1/changes?token=${token}`).expect(410));
    expect(problem).toMatchObject({ code: 'resync', detail: expect.stringContaining('without a token') });
  });

  test.each([
    ['limit=0', [400, 'invalid-request']],
    ['limit=-1', [400, 'invalid-request']],
    ['limit=1.5', [400, 'invalid-request']],
    ['limit=many', [400, 'invalid-request']],
    ['limit=1e9', [200, undefined]],
    ['cursor=x', [400, 'invalid-request']],
  ])('a feed token with %s gives %j', async (query, expected) => {
    expect(await refusal(await world.user(), query)).toEqual(expected);
  });
});
