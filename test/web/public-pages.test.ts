import request from 'supertest';
import { expect, test } from 'vitest';
import type { Photo } from '../../src/features/photos/schemas.ts';
import { picture } from '../support/picture.ts';
import type { TestUser } from '../support/test-user.ts';
import { startWorld } from '../support/world.ts';
import { chromiumPath, sharedChromium, unlessMissing } from './chromium.ts';

const world = await startWorld();

async function publicUser(name: string, displayName: string): Promise<TestUser> {
  const user = await world.user(name);
  await user.patch('/v1/me').send({ visibility: 'public', displayName }).expect(200);
  return user;
}

async function post(user: TestUser, caption: string): Promise<string> {
  const bytes = await picture({ width: 400, height: 300, takenAt: '2019-07-01T10:00:00' });
  const { body } = await user.upload(bytes, { fileName: 'secret-name.jpg', fields: { caption } }).expect(201);
  return (body as { photo: Photo }).photo.id;
}

const look = (path: string) => request(world.url).get(path);

test('a public timeline has a short address, a page for each photo and a preview, and shows nothing private', async () => {
  const ana = await publicUser('ana', 'Ana <& Co>');
  const archived = await post(ana, 'Archived');
  await ana.patch(`/v1/photos/${archived}`).send({ archived: true }).expect(200);
  const id = await post(ana, '<b>Sea</b> & "sun"');
  await world.drain();

  const page = await look('/u/ana').expect(200).expect('Cache-Control', 'public, no-cache');
  expect(page.text).toContain('<h1>Photos of <bdi>Ana &#60;&#38; Co&#62;</bdi></h1>');
  expect(page.text).toContain(`href="/u/ana/${id}"`);
  expect(page.text).toContain('<link rel="alternate" type="application/atom+xml" href="/u/ana/feed"');
  expect(page.text).toMatch(/property="og:url" content="http:\/\/localhost:\d+\/u\/ana"/);
  await look('/u/ana')
    .set('If-None-Match', page.headers['etag'] ?? '')
    .expect(304);

  const photo = (await look(`/u/ana/${id}`).expect(200)).text;
  expect(photo).toContain('<p class="caption" dir="auto">&#60;b&#62;Sea&#60;/b&#62; &#38; &#34;sun&#34;</p>');
  const image = /property="og:image" content="http:\/\/localhost:\d+([^"]+)"/.exec(photo)?.[1] ?? '';
  await look(image.replaceAll('&#38;', '&')).expect(200).expect('Content-Type', 'image/jpeg');
  const { headers } = await look(`/u/ana/${id}/image`).expect(302);
  await look(String(headers['location'])).expect(200);
  for (const text of [page.text, photo]) expect(text).not.toMatch(/secret-name|\/original|sha256/);

  for (const hidden of [`/u/ana/${archived}`, '/u/unused', `/u/ana/${'A'.repeat(16)}`]) await look(hidden).expect(404);
  await ana.patch('/v1/me').send({ handle: 'anna' }).expect(200);
  expect((await look('/u/ana').expect(301)).headers['location']).toBe('/u/anna');
  await ana.patch('/v1/me').send({ visibility: 'private' }).expect(200);
  for (const path of ['/u/anna', '/u/anna/feed', `/u/anna/${id}`, `/u/anna/${id}/image`]) await look(path).expect(404);
});

test('a public timeline is an Atom feed of linked pages with absolute, lasting addresses', async () => {
  const ben = await publicUser('ben', '');
  const empty = await look('/u/ben/feed').expect(200);
  expect(empty.headers['content-type']).toBe('application/atom+xml; charset=utf-8');
  expect(empty.text).toContain('<title>Photos of ben</title>');
  const ids = [await post(ben, 'First\nline & more'), await post(ben, '')];
  for (let count = 0; count < 49; count++) await post(ben, `Number ${count}`);
  await world.drain();

  const { text, headers } = await look('/u/ben/feed').expect(200);
  await look('/u/ben/feed')
    .set('If-None-Match', headers['etag'] ?? '')
    .expect(304);
  expect(text.match(/<entry>/g)).toHaveLength(50);
  const next = /rel="next"[^>]* href="http:\/\/[^/]+([^"]+)"/.exec(text)?.[1] ?? '';
  const older = (await look(next).expect(200)).text;
  expect(older).toContain('<title>First</title>');
  expect(older).not.toContain('rel="next"');
  expect(text).toMatch(new RegExp(`<id>http://[^<]+/u/ben/${ids[1]}</id>\\s+<title>Photo of 2019-07-01</title>`));
  const enclosure = /rel="enclosure" type="image\/jpeg" href="http:\/\/[^/]+([^"]+)"/.exec(text)?.[1] ?? '';
  // A feed reader may come a day later, when the address of the picture itself has changed.
  await world.advance(25 * 3_600_000);
  await look(String((await look(enclosure).expect(302)).headers['location'])).expect(200);
});

test.skipIf(chromiumPath === undefined)(
  `the feed is well-formed XML with the elements that RFC 4287 asks for${unlessMissing}`,
  async () => {
    const cleo = await publicUser('cleo', 'Cleo & "Co" <i>');
    await post(cleo, 'A < B & C\u000b > D');
    const xml = (await look('/u/cleo/feed').expect(200)).text;
    const page = await (await (await sharedChromium()).newContext()).newPage();
    const found = await page.evaluate(`(() => {
      const document = new DOMParser().parseFromString(${JSON.stringify(xml)}, 'application/xml');
      const textOf = (selector) => document.querySelector(selector)?.textContent;
      return {
        fault: textOf('parsererror') ?? null,
        title: textOf('feed > title'),
        author: textOf('feed > author > name'),
        entry: ['id', 'title', 'updated', 'content'].map((name) => (textOf('entry > ' + name) ?? '') !== ''),
        time: Number.isFinite(Date.parse(textOf('feed > updated') ?? '')),
      };
    })()`);
    expect(found).toEqual({
      fault: null,
      title: 'Photos of Cleo & "Co" <i>',
      author: 'Cleo & "Co" <i>',
      entry: [true, true, true, true],
      time: true,
    });
    await page.context().close();
  },
);
