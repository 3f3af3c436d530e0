import { describe, expect, test } from 'vitest';
import { Photo } from '../../src/features/photos/schemas.ts';
import { picture } from '../support/picture.ts';
import type { TestUser } from '../support/test-user.ts';
import { startWorld } from '../support/world.ts';
import { userWithPhotos } from './long-list.ts';

const world = await startWorld();
const DAY_MS = 24 * 3_600_000;

async function withPhotos(...times: string[]) {
  const user = await world.user();
  const ids: string[] = [];
  for (const takenAt of times) {
    const { body } = await user.upload(await picture({ takenAt })).expect(201);
    ids.push((body as { photo: { id: string } }).photo.id);
  }
  return { user, ids };
}

const shown = (user: TestUser, id: string) => user.read(`/v1/photos/${id}`, Photo);

/** Posts the form of a list as a browser does, and returns the page that follows. */
async function choose(user: TestUser, ids: string[], fields: Record<string, string>, path = '/photos') {
  const form = new URLSearchParams(fields);
  for (const id of ids) form.append('photo', id);
  const reply = await user.post(path).type('form').send(form.toString());
  if (reply.status === 200) return { location: '', page: reply.text };
  expect(reply.status).toBe(303);
  const page = await user.get(String(reply.headers['location'])).expect(200);
  return { location: String(reply.headers['location']), page: page.text };
}

/** Presses the button Undo of a page. */
function undo(user: TestUser, page: string) {
  const form = /<undo-toast[^]*?<form[^]*?<\/form>/.exec(page)?.[0] ?? '';
  const fields = [...form.matchAll(/name="(\w+)" value="([^"]*)"/g)];
  const ids = fields.filter(([, name]) => name === 'photo').map(([, , value]) => value ?? '');
  const others = fields.filter(([, name]) => name !== 'photo').map(([, name, value]) => [name, value]);
  return choose(user, ids, Object.fromEntries(others) as Record<string, string>);
}

const SUMMER = ['2019-07-01T10:00:00', '2019-07-01T11:00:00', '2019-07-02T10:00:00'];

describe('the form of selected photos', () => {
  test('without script, a link shows checkboxes, and another chooses those of a day', async () => {
    const { user } = await withPhotos(...SUMMER);
    const plain = (await user.get('/').expect(200)).text;
    expect(plain).toContain('href="/?select=none"');
    expect(plain).not.toContain('type="checkbox"');
    const none = (await user.get('/?select=none').expect(200)).text;
    expect(none.match(/type="checkbox"/g)).toHaveLength(3);
    expect(none).not.toContain('checked');
    expect(none).toContain('href="/?select=2019-07-01"');
    expect((await user.get('/?select=2019-07-01').expect(200)).text.match(/checked/g)).toHaveLength(2);
    expect((await user.get('/?select=all').expect(200)).text.match(/checked/g)).toHaveLength(3);
  });

  test.each([
    ['favourite', { favourite: true }, { favourite: false }],
    ['archive', { archived: true }, { archived: false }],
    ['trash', { trashedAt: expect.any(String) as string }, { trashedAt: null }],
  ])('%s changes all selected photos, and its notice undoes it', async (act, after, before) => {
    const { user, ids } = await withPhotos(...SUMMER);
    const { location, page } = await choose(user, ids, { act, in: 'recent' });
    expect(location).toMatch(/^\/recent\?did=/);
    expect(page).toMatch(/role="status">\s*3 photos/);
    for (const id of ids) expect(await shown(user, id)).toMatchObject(after);
    await undo(user, page);
    for (const id of ids) expect(await shown(user, id)).toMatchObject(before);
  });

  test('undo leaves a photo alone that was a favourite before', async () => {
    const { user, ids } = await withPhotos(...SUMMER);
    await choose(user, ids.slice(0, 1), { act: 'favourite' });
    const { page } = await choose(user, ids, { act: 'favourite' });
    expect(page).toMatch(/2 photos added to your favourites/);
    await undo(user, page);
    expect((await shown(user, ids[0] ?? '')).favourite).toBe(true);
    expect((await shown(user, ids[1] ?? '')).favourite).toBe(false);
  });

  test('dates are shifted by days, hours and minutes, and undo restores the time of the file', async () => {
    const { user, ids } = await withPhotos(...SUMMER);
    const before = await Promise.all(ids.map((id) => shown(user, id)));
    const { page } = await choose(user, ids, { act: 'shift', days: '-1', hours: '2', minutes: '5' });
    expect(page).toMatch(/3 photos shifted by 21 hours and 55 minutes to an earlier time\./);
    const after = await Promise.all(ids.map((id) => shown(user, id)));
    expect(after.map(({ takenAt }) => [takenAt.local, takenAt.source])).toEqual([
      ['2019-06-30T12:05:00', 'user'],
      ['2019-06-30T13:05:00', 'user'],
      ['2019-07-01T12:05:00', 'user'],
    ]);
    await undo(user, page);
    const undone = await Promise.all(ids.map((id) => shown(user, id)));
    expect(undone.map(({ takenAt }) => takenAt)).toEqual(before.map(({ takenAt }) => takenAt));
  });

  test('a time that the owner has set is shifted with its instant, and undo brings it back', async () => {
    const { user, ids } = await withPhotos('2019-07-01T10:00:00');
    const [id = ''] = ids;
    await user.patch(`/v1/photos/${id}`).send({ takenAt: '2020-02-28T23:30:00.12+02:00' }).expect(200);
    const before = (await shown(user, id)).takenAt;
    const { page } = await choose(user, ids, { act: 'shift', days: '0', hours: '1', minutes: '0' });
    expect((await shown(user, id)).takenAt).toMatchObject({
      local: '2020-02-29T00:30:00.12',
      utc: '2020-02-28T22:30:00.12Z',
    });
    await undo(user, page);
    expect((await shown(user, id)).takenAt).toEqual(before);
  });

  test('each mistake is told in words, and changes nothing', async () => {
    const { user, ids } = await withPhotos('2019-07-01T10:00:00');
    expect((await choose(user, [], { act: 'trash' })).page).toContain('No photo is selected.');
    expect((await choose(user, ids, { act: 'shift', days: '0' })).page).toContain('Nothing was shifted.');
    const many = Array.from({ length: 3001 }, (_, at) => `${ids[0]?.slice(0, 12)}${1000 + at}`);
    expect((await choose(user, many, { act: 'trash' })).page).toContain('more than 3,000 photos');
    expect((await choose(user, many.slice(0, 301), { act: 'album' })).page).toContain(
      'at most 300 photos at once for an',
    );
    // As many as a long list on the screen may have.
    const all = Array.from({ length: 9000 }, (_, at) => `${ids[0]?.slice(0, 12)}${1000 + at}`);
    expect((await choose(user, all, { act: 'trash' })).page).toContain('Choose at most 3,000 at once.');
    const late = await choose(user, ids, { act: 'shift', days: '99999999' });
    expect(late.page).toContain('1 photo could not be changed');
    expect((await shown(user, ids[0] ?? '')).takenAt.local).toBe('2019-07-01T10:00:00');
  });

  test('dates are shifted to an earlier time by the direction, and the notice says by how much', async () => {
    const { user, ids } = await withPhotos('2019-07-01T10:00:00');
    const fields = { act: 'shift', days: '1', hours: '2', direction: 'earlier' };
    const { page } = await choose(user, ids, fields);
    expect(page).toContain('1 photo shifted by 1 day and 2 hours to an earlier time.');
    expect((await shown(user, ids[0] ?? '')).takenAt.local).toBe('2019-06-30T08:00:00');
    await undo(user, page);
    expect((await shown(user, ids[0] ?? '')).takenAt.local).toBe('2019-07-01T10:00:00');
  });

  test('a day that goes on on the next page is chosen as a whole, and undo brings all of it back', async () => {
    const user = await world.user();
    const day = async (takenAt: string) => {
      const bytes = await picture({ takenAt, width: 32, height: 24 });
      await user.upload(bytes).expect(201);
    };
    for (let at = 0; at < 55; at += 5) {
      await Promise.all([0, 1, 2, 3, 4].map((more) => day(`2019-07-02T10:${10 + at + more - (at > 45 ? 20 : 0)}:00`)));
    }
    await Promise.all(['2019-07-01T10:00:00', '2019-07-03T10:00:00'].map(day));
    const list = (await user.get('/?select=none').expect(200)).text;
    expect(list).toContain('href="/?from=2019-07-02&#38;select=2019-07-02"');
    const chosen = (await user.get('/?from=2019-07-02&select=2019-07-02').expect(200)).text;
    expect(chosen.match(/name="photo"[^>]*checked/g)).toHaveLength(50);
    expect(chosen).toMatch(/name="day" value="2019-07-02"[^>]*checked/);

    const { page } = await choose(user, [], { act: 'trash', day: '2019-07-02' });
    expect(page).toContain('55 photos moved to the trash.');
    const left = async () => {
      const { body } = await user.get('/v1/timeline?limit=200').expect(200);
      return (body as { items: Photo[] }).items.map(({ takenAt }) => takenAt.local.slice(0, 10));
    };
    expect(await left()).toEqual(['2019-07-03', '2019-07-01']);
    await undo(user, page);
    expect(await left()).toHaveLength(57);
  });

  test('a day of 350 photos is changed at once on a page of its own, from which all of it is undone', async () => {
    const day = Date.parse('2019-07-02T12:00:00Z');
    const user = await userWithPhotos(world, 350, { first: day, last: day + 3_600_000 });
    const favourites = async () => {
      const { body } = await user.get('/v1/timeline?limit=200&favourite=true').expect(200);
      return (body as { items: unknown[] }).items.length;
    };
    expect(await favourites()).toBe(35);
    const { location, page } = await choose(user, [], { act: 'favourite', day: '2019-07-02' });
    expect(location).toBe('');
    expect(page).toContain('315 photos added to your favourites.');
    expect(page).toContain('>Back to the list<');
    expect(await favourites()).toBe(200);
    await undo(user, page);
    expect(await favourites()).toBe(35);
  });

  test('photos of another account stay as they are', async () => {
    const { user, ids } = await withPhotos('2019-07-01T10:00:00');
    const stranger = await world.user();
    const { page } = await choose(stranger, ids, { act: 'trash' });
    expect(page).toContain('1 photo could not be changed.');
    expect((await shown(user, ids[0] ?? '')).trashedAt).toBeNull();
  });
});

describe('the trash', () => {
  test('each photo tells the days that it has left', async () => {
    const { user, ids } = await withPhotos(...SUMMER.slice(0, 1));
    await choose(user, ids, { act: 'trash' });
    // Tokens of the user expire on the way.
    const trash = async () => (await (await world.user(user.name)).get('/trash').expect(200)).text;
    expect(await trash()).toContain('30 days left');
    await world.step(29 * DAY_MS - 1000);
    expect(await trash()).toContain('2 days left');
    await world.step(2000);
    expect(await trash()).toContain('1 day left');
  });

  test('selected photos are restored or deleted for good, and the rest is emptied', async () => {
    const { user, ids } = await withPhotos(...SUMMER);
    const [first = '', second = '', third = ''] = ids;
    await choose(user, ids, { act: 'trash' });
    const restored = await choose(user, [first], { act: 'restore', in: 'trash' });
    expect(restored.page).toContain('1 photo back from the trash.');
    const erased = await choose(user, [first, second], { act: 'erase', in: 'trash' });
    expect(erased.page).toMatch(/1 photo deleted for good\.\s+1 photo could not be changed\./);
    expect(erased.page).not.toContain('>Undo<');
    expect((await shown(user, first)).trashedAt).toBeNull();
    await user.get(`/v1/photos/${second}`).expect(404);
    expect((await choose(user, [], {}, '/trash')).page).toContain('The trash is empty.');
    await user.get(`/v1/photos/${third}`).expect(404);
  });
});
