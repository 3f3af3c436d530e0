import { expect, test } from 'vitest';
import { AlbumsPage } from '../../src/features/albums/schemas.ts';
import type { Photo } from '../../src/features/photos/schemas.ts';
import { picture } from '../support/picture.ts';
import type { TestUser } from '../support/test-user.ts';
import { startWorld } from '../support/world.ts';

const world = await startWorld();

async function withPhotos(...times: string[]) {
  const user = await world.user();
  const ids: string[] = [];
  for (const takenAt of times) {
    const { body } = await user.upload(await picture({ takenAt, width: 40, height: 30 })).expect(201);
    ids.push((body as { photo: Photo }).photo.id);
  }
  return { user, ids };
}

/** Posts a form as a browser does, and returns the page that follows. */
async function press(user: TestUser, path: string, fields: Record<string, string>, photos: readonly string[] = []) {
  const form = new URLSearchParams(fields);
  for (const id of photos) form.append('photo', id);
  const reply = await user.post(path).type('form').send(form.toString()).expect(303);
  const location = String(reply.headers['location']);
  return { location, page: (await user.get(location).expect(200)).text };
}

const photosOn = (page: string) => [...page.matchAll(/class="photo [^"]*" data-id="(\w+)"/g)].map(([, id]) => id);
const noticeOn = (page: string) => /role="status">([^<]*)</.exec(page)?.[1]?.trim();

test('without script, selected photos become an album, which is renamed, thinned out, given a cover and deleted', async () => {
  const { user, ids } = await withPhotos('2019-07-01T10:00:00', '2019-07-01T11:00:00', '2019-07-02T10:00:00');
  const [first = '', second = '', third = ''] = ids;
  expect((await user.get('/?select=none').expect(200)).text).toContain('value="album">Add to album');
  const none = await press(user, '/photos', { in: 'timeline', act: 'album' });
  expect(noticeOn(none.page)).toBe('No photo is selected. Choose photos first.');

  const choice = await press(user, '/photos', { in: 'timeline', act: 'album' }, ids);
  expect(choice.location).toBe(`/albums?photos=${ids.join('.')}`);
  expect(choice.page).toContain('Add 3 photos to an album');
  const title = '<script>alert(1)</script> & Söhne';
  const made = await press(user, '/albums', { title }, ids);
  expect(made.page).not.toContain('<script>alert');
  expect(made.page).toContain('&#60;script&#62;alert(1)&#60;/script&#62; &#38; Söhne');
  expect(made.page).toContain('3 photos, Mon, 1 Jul 2019 to Tue, 2 Jul 2019');
  expect(photosOn(made.page)).toEqual([third, second, first]);
  const path = made.location.split('?')[0] ?? '';

  // From the page of a photo the way leads through the album.
  expect(made.page).toContain(`href="/photo/${second}?in=album.${path.split('/')[2]}"`);
  const single = (await user.get(`/photo/${second}?in=album.${path.split('/')[2]}`).expect(200)).text;
  expect(single).toMatch(new RegExp(`rel="prev" href="/photo/${third}\\?in=album[^]*rel="next" href="/photo/${first}`));
  expect(single).toContain(`href="/albums?photos=${second}">Add to album`);

  const removed = await press(user, path, { act: 'remove' }, [third]);
  expect(photosOn(removed.page)).toEqual([second, first]);
  const undone = await press(user, path, { act: 'add' }, [third]);
  expect([photosOn(undone.page).length, noticeOn(undone.page)]).toEqual([3, 'Added to this album.']);
  await press(user, path, { act: 'cover' }, [first]);
  const renamed = await press(user, path, {
    act: 'edit',
    title: 'Harbour',
    description: 'Two\r\nlines',
    order: 'custom',
  });
  expect(renamed.page).toContain('<h1 dir="auto">Harbour</h1>');
  const [album] = (await user.read('/v1/albums', AlbumsPage)).items;
  expect(album).toMatchObject({ title: 'Harbour', description: 'Two\nlines', order: 'custom', cover: first });

  const moved = await press(user, path, { act: 'first' }, [second]);
  expect(photosOn(moved.page)).toEqual([second, first, third]);
  const last = await press(user, path, { act: 'last' }, [second]);
  expect(photosOn(last.page)).toEqual([first, third, second]);
  expect((await user.get('/albums').expect(200)).text).toMatch(/class="cover"\s*><img src="[^"]+" alt=""/);
  await user.post(path).type('form').send('act=edit&title=').expect(400);

  const ben = await world.user();
  await ben.get(path).expect(404);
  await ben.post(path).type('form').send('act=delete').expect(404);
  const gone = await press(user, path, { act: 'delete' });
  expect([gone.location, noticeOn(gone.page)]).toEqual([
    '/albums?did=delete',
    'The album is deleted. Its photos are where they were.',
  ]);
  await user.get(path).expect(404);
  expect(photosOn((await user.get('/').expect(200)).text)).toHaveLength(3);
});

test('a photo trashed from an album leads back to it, and the list of albums is paged', async () => {
  const { user, ids } = await withPhotos('2019-07-01T10:00:00', '2019-07-02T10:00:00');
  const made = await press(user, '/albums', { title: 'Two' }, ids);
  const path = made.location.split('?')[0] ?? '';
  const trashed = await press(user, `/photo/${ids[0]}`, { act: 'trash', in: `album.${path.split('/')[2]}` });
  expect(trashed.location).toBe(`${path}?notice=trash&photo=${ids[0]}`);
  expect([noticeOn(trashed.page), photosOn(trashed.page)]).toEqual(['Moved to the trash.', [ids[1]]]);
  await world.step(1000);
  for (let count = 0; count < 50; count++)
    await user
      .post('/v1/albums')
      .send({ title: `Number ${count}` })
      .expect(201);
  const first = (await user.get('/albums').expect(200)).text;
  const next = /rel="next" href="([^"]+)"/.exec(first)?.[1]?.replaceAll('&#38;', '&') ?? '';
  const second = (await user.get(next).expect(200)).text;
  expect(second).toMatch(/<strong dir="auto">Two<\/strong>[^]*rel="prev"[^]*Newer albums/);
});
