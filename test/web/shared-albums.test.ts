import { expect, test } from 'vitest';
import type { Album } from '../../src/features/albums/schemas.ts';
import type { Photo } from '../../src/features/photos/schemas.ts';
import { picture } from '../support/picture.ts';
import type { TestUser } from '../support/test-user.ts';
import { startWorld } from '../support/world.ts';

const world = await startWorld();

async function withPhoto(takenAt: string) {
  const user = await world.user();
  const { body } = await user.upload(await picture({ takenAt, width: 40, height: 30 })).expect(201);
  return { user, photo: (body as { photo: Photo }).photo.id };
}

/** Posts a form as a browser does, and returns the page that follows. */
async function press(user: TestUser, path: string, fields: Record<string, string>): Promise<string> {
  const reply = await user.post(path).type('form').send(new URLSearchParams(fields).toString()).expect(303);
  return (await user.get(String(reply.headers['location'])).expect(200)).text;
}

const photosOn = (page: string) => [...page.matchAll(/class="photo [^"]*" data-id="(\w+)"/g)].map(([, id]) => id);
const noticeOn = (page: string) => /role="status">([^<]*)</.exec(page)?.[1]?.trim();
const textOf = async (user: TestUser, path: string) => (await user.get(path).expect(200)).text;

test('without script, people are invited to an album, join, add photos, copy others, and leave or are removed', async () => {
  const { user: ana, photo: first } = await withPhoto('2019-07-01T10:00:00');
  const { user: ben, photo: second } = await withPhoto('2019-07-02T10:00:00');
  await world.drain();
  const { id } = (await ana.post('/v1/albums').send({ title: '<b>Port</b>' }).expect(201)).body as Album;
  const [album, people] = [`/albums/${id}`, `/albums/${id}/people`];
  await press(ana, album, { act: 'add', photo: first });
  expect(await textOf(ana, album)).toContain(`href="${people}">People`);
  const invited = await press(ana, people, {
    act: 'invite',
    handle: ` ${ben.name.toUpperCase()}`,
    role: 'contributor',
  });
  expect(noticeOn(invited)).toBe('The invitation is sent. It is among the albums of that person.');
  expect(invited).toMatch(/adds photos, invited on/);

  expect(await textOf(ben, '/albums')).toContain('href="/invitations">An invitation');
  const received = await textOf(ben, '/invitations');
  expect(received).toContain('&#60;b&#62;Port&#60;/b&#62;');
  const token = /action="(\/invitations\/[\w-]+)"/.exec(received)?.[1] ?? '';
  expect(noticeOn(await press(ben, token, { act: 'decline' }))).toBe('You have declined the invitation.');
  const linked = await press(ana, people, { act: 'link', role: 'contributor' });
  const link = /<a href="(\/invitations\/[\w-]+)"/.exec(linked)?.[1] ?? '';
  expect(await textOf(ben, link)).toContain(`${ana.name} invites you: you may look at the photos and add your own`);
  const joined = await press(ben, link, { act: 'join' });
  expect([noticeOn(joined), photosOn(joined)]).toEqual(['You are in this album now.', [first]]);
  expect(joined).toContain(`shared by ${ana.name}`);
  for (const forOwners of ['Edit this album', 'Delete this album', 'Share a link'])
    expect(joined).not.toContain(forOwners);
  expect(await textOf(ben, '/albums')).toContain(`shared by ${ana.name}`);

  expect(await textOf(ben, `/albums?photos=${second}`)).toContain('Add here');
  expect(photosOn(await press(ben, album, { act: 'add', photo: second }))).toEqual([second, first]);
  const selecting = await textOf(ben, `${album}?select=none`);
  expect(selecting).toContain('Add to my library');
  const copied = await press(ben, album, { act: 'copy', photo: first });
  expect(noticeOn(copied)).toBe('The photos are being added to your library. This takes a moment.');
  await world.drain();
  expect(photosOn(await textOf(ben, '/'))).toHaveLength(2);
  expect(noticeOn(await press(ben, album, { act: 'remove', photo: first }))).toMatch(
    /^Some photos belong to other people/,
  );
  // The owner sees whose the photo is, and takes it out of the album.
  expect(await textOf(ana, album)).toContain(`<p class="note">${ben.name}</p>`);
  expect(photosOn(await press(ana, album, { act: 'remove', photo: second }))).toEqual([first]);

  expect(noticeOn(await press(ben, people, { act: 'permit', originals: 'yes' }))).toBe('Your choice is saved.');
  expect(noticeOn(await press(ben, people, { act: 'leave' }))).toMatch(/^You have left the album/);
  await ben.get(people).expect(404);
  await world.drain();
  await press(ben, link, { act: 'join' });
  const [, user = ''] = /name="user" value="(\w+)"/.exec(await textOf(ana, people)) ?? [];
  expect(noticeOn(await press(ana, people, { act: 'remove', user }))).toBe('This person is no longer in the album.');
  const [, invitation = ''] = /name="invitation" value="(\w+)"/.exec(await textOf(ana, people)) ?? [];
  expect(noticeOn(await press(ana, people, { act: 'end', invitation }))).toBe('The invitation is ended.');
  await ben.get(link).expect(404);
  await ben.get(album).expect(404);
});
