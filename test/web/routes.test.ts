import request from 'supertest';
import { describe, expect, test } from 'vitest';
import { Photo, UploadReply } from '../../src/features/photos/schemas.ts';
import { checked } from '../support/checked.ts';
import { picture } from '../support/picture.ts';
import { startWorld } from '../support/world.ts';

const world = await startWorld();
const http = () => request(world.url);

describe('the stylesheet', () => {
  test('the stylesheet is immutable at the address that pages use', async () => {
    const { text } = await http().get('/').expect(200);
    const href = /href="(\/assets\/style\.css\?v=[\w-]+)"/.exec(text)?.[1] ?? '';
    const reply = await http().get(href).expect(200).expect('Content-Type', 'text/css; charset=utf-8');
    expect(reply.headers['cache-control']).toBe('public, max-age=31536000, immutable');
  });

  test.each(['', '?v=another'])('the stylesheet is revalidated at any other address (%s)', async (query) => {
    const reply = await http().get(`/assets/style.css${query}`).expect(200);
    expect(reply.headers['cache-control']).toBe('no-cache');
    await http().get(`/assets/style.css${query}`).set('If-None-Match', String(reply.headers['etag'])).expect(304);
  });
});

test('pages name a manifest, whose icon exists, and the colour of the browser around them', async () => {
  const { text } = await http().get('/').expect(200);
  const href = /rel="manifest" href="([^"]+)"/.exec(text)?.[1] ?? '';
  const { body } = await http().get(href).expect(200).expect('Content-Type', 'application/manifest+json');
  const { start_url, icons } = body as { start_url: string; icons: { src: string }[] };
  await http().get(start_url).expect(200);
  for (const { src } of icons) await http().get(src).expect(200).expect('Content-Type', 'image/svg+xml');
  expect(text.match(/name="theme-color" content="#[0-9a-f]{6}" media="/g)).toHaveLength(2);
});

describe('the scripts of pages', () => {
  test('the scripts of pages are immutable at the address that pages use, and lead to nothing beside them', async () => {
    const { text } = await http().get('/').expect(200);
    const src = /src="(\/assets\/client\/[\w-]+\/main\.ts)"/.exec(text)?.[1] ?? '';
    const reply = await http().get(src).expect(200).expect('Content-Type', 'text/javascript; charset=utf-8');
    expect(reply.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    await http()
      .get(src.replace(/main\.ts$/, 'tsconfig.json'))
      .expect(404);
    await http()
      .get(src.replace(/main\.ts$/, '..%2Froutes.ts'))
      .expect(404);
  });

  test('the scripts of another version are revalidated', async () => {
    const reply = await http().get('/assets/client/another/main.ts').expect(200);
    expect(reply.headers['cache-control']).toBe('no-cache');
  });
});

describe('the documentation', () => {
  test('the documentation has every operation and shape of the OpenAPI document, and every link in it leads somewhere', async () => {
    const { body } = await http().get('/openapi.json').expect(200);
    const { text } = await http().get('/docs').expect(200);
    const { paths, components } = body as {
      paths: Record<string, Record<string, { operationId: string }>>;
      components: { schemas: Record<string, unknown> };
    };
    const operations = Object.values(paths).flatMap((methods) => Object.values(methods));
    for (const { operationId } of operations) expect(text).toContain(`id="${operationId}"`);
    for (const name of Object.keys(components.schemas)) expect(text).toContain(`id="schema-${name}"`);
    for (const [, id] of text.matchAll(/href="(?:\/docs)?#([^"]+)"/g)) expect(text).toContain(`id="${id}"`);
    expect(text.match(/<script[^>]*>/g)).toEqual([
      expect.stringMatching(/^<script type="module" src="\/assets\/client\//),
    ]);
    expect(text).not.toMatch(/<style|\sstyle=/);
  });
});

describe('the front page', () => {
  test('the front page minds no parameters that it does not know', async () => {
    await http().get('/?utm_source=mail&notice=strange').expect(200);
  });

  test('the front page reports a broken cursor on a page', async () => {
    const ana = await world.user();
    await ana.get('/?cursor=broken').set('Accept', 'text/html').expect(400).expect('Content-Type', /html/);
  });
});

describe('an error page', () => {
  test('an error page of a stranger leads to the sign-in and from there back to the same address', async () => {
    const { text } = await http().get('/trash?select=all').set('Accept', 'text/html').expect(401);
    expect(text).toContain('href="/sign-in?returnTo=%2Ftrash%3Fselect%3Dall"');
  });

  test('an error page has the words for programs only in its closed details', async () => {
    const { text } = await http().get('/trash').set('Accept', 'text/html').expect(401);
    const [shown, folded] = text.split('<details');
    expect(shown).toContain('You are signed out.');
    expect(shown).not.toContain('bearer');
    expect(folded).toContain('bearer token');
  });
});

describe('an error page of a signed-in person', () => {
  test.each([
    ['an address that leads nowhere', '/no/such/page', 404],
    ['a photo that does not exist', '/photo/a000000000000000', 404],
    ['a link with a broken cursor', '/?cursor=broken', 400],
  ])('the error page of %s has the menu, the way to sign out and the way on', async (_name, path, status) => {
    const signedIn = await http().post('/signin').type('form').send({ name: 'menu', returnTo: '/' }).expect(303);
    const page = await http()
      .get(path)
      .set('Cookie', String(signedIn.headers['set-cookie']))
      .set('Accept', 'text/html');
    expect(page.status).toBe(status);
    expect(page.text).toContain('aria-label="Your photos"');
    expect(page.text).toContain('<strong>menu</strong>');
    expect(page.text).toContain('Sign out');
    expect(page.text).toContain('href="/">To your photos</a>');
  });

  test('each form on the page of a photo that was deleted elsewhere leads to a page that says so', async () => {
    const ana = await world.user();
    const { id } = checked(UploadReply, (await ana.upload(await picture()).expect(201)).body).photo;
    const open = (await ana.get(`/photo/${id}`).expect(200)).text;
    await ana.delete(`/v1/photos/${id}`).expect(204);
    await ana.delete(`/v1/trash/${id}`).expect(204);
    const acts = [...open.matchAll(/name="act" value="([\w-]+)"/g)].map(([, act]) => act);
    expect(acts.length).toBeGreaterThan(5);
    for (const act of [...acts, 'restore', 'undo-edit']) {
      const reply = await ana.post(`/photo/${id}`).set('Accept', 'text/html').type('form').send({ act, caption: 'x' });
      expect([act, reply.status]).toEqual([act, 404]);
      expect(reply.text).toContain('<h1>This photo is not here</h1>');
      expect(reply.text).toContain('href="/">To your photos</a>');
    }
  });
});

describe('the upload page', () => {
  test('the upload page sends a stranger to the sign-in', async () => {
    const reply = await http().get('/upload_photo').expect(303);
    expect(reply.headers['location']).toBe('/');
  });

  test('the upload page takes a photo once, says so the second time, and brings it back from the trash', async () => {
    const ana = await world.user();
    const bytes = await picture();
    const upload = async () => {
      const reply = await ana
        .post('/upload_photo')
        .field('caption', 'Rex')
        .attach('image', bytes, 'rex.jpg')
        .expect(303);
      return reply.headers['location'];
    };
    expect(await upload()).toBe('/recent');
    const again = await upload();
    const { body } = await ana.get('/v1/timeline').expect(200);
    const { items } = body as { items: { id: string }[] };
    expect(items).toHaveLength(1);
    const id = items[0]?.id;
    expect(again).toBe(`/photo/${id}?notice=duplicate`);
    await ana.delete(`/v1/photos/${id}`).expect(204);
    expect(await upload()).toBe(`/photo/${id}?notice=restored`);
  });
});

describe('the lists', () => {
  test('the timeline begins at the newest photo of the month that its address names', async () => {
    const ana = await world.user();
    for (const year of [2019, 2020, 2021]) {
      const fields = { caption: `in ${year}`, takenAt: `${year}-07-01T10:00:00` };
      await ana.upload(await picture(), { fields }).expect(201);
    }
    const { text } = await ana.get('/?from=2020').expect(200);
    expect(captionsOf(text)).toEqual(['in 2020', 'in 2019']);
    expect(text).toContain('href="/?from=2021-07" aria-label="Jul 2021, 1 photo"');
    expect(captionsOf((await ana.get('/').expect(200)).text)).toEqual(['in 2021', 'in 2020', 'in 2019']);
  });
});

describe('the page of a photo', () => {
  test('each act of its forms changes the photo, and the notice undoes it', async () => {
    const ana = await world.user();
    const { id } = checked(UploadReply, (await ana.upload(await picture()).expect(201)).body).photo;
    const act = async (fields: Record<string, string>) =>
      (await ana.post(`/photo/${id}`).type('form').send(fields).expect(303)).headers['location'] as string;
    const shown = () => ana.read(`/v1/photos/${id}`, Photo);

    expect(await act({ act: 'favourite' })).toBe(`/photo/${id}?notice=favourite`);
    expect(captionsOf((await ana.get('/favourites').expect(200)).text)).toHaveLength(0);
    expect((await ana.get('/favourites')).text).toContain(`href="/photo/${id}?in=favourites"`);
    expect((await ana.get(`/photo/${id}?notice=favourite`)).text).toContain('value="unfavourite">Undo');
    await act({ act: 'archive', in: 'favourites' });
    expect(await shown()).toMatchObject({ favourite: true, archived: true });
    expect((await ana.get('/archive')).text).toContain(`href="/photo/${id}?in=archive"`);
    await act({ act: 'unarchive' });
    await act({
      act: 'edit',
      caption: 'At\r\nsea',
      alt: 'Waves',
      takenAt: '2001-02-03T04:05',
      takenBefore: '',
      offset: '',
    });
    expect(await shown()).toMatchObject({
      caption: 'At\nsea',
      alt: 'Waves',
      takenAt: { local: '2001-02-03T04:05:00' },
    });
    expect(await act({ act: 'trash' })).toBe(`/?notice=trash&photo=${id}`);
    expect((await ana.get(`/?notice=trash&photo=${id}`)).text).toContain('value="restore">Undo');
    expect((await ana.get('/trash')).text).toContain(`href="/photo/${id}?in=trash"`);
    await act({ act: 'restore' });
    expect(await shown()).toMatchObject({ trashedAt: null });
  });

  test('the buttons that turn a photo turn it by 90 degrees each, and the notice turns it back', async () => {
    const ana = await world.user('turner');
    const { id } = checked(UploadReply, (await ana.upload(await picture()).expect(201)).body).photo;
    const turn = (act: string) => ana.post(`/photo/${id}`).type('form').send({ act }).expect(303);
    const rotation = async () => (await ana.read(`/v1/photos/${id}`, Photo)).rotation;

    expect((await turn('turn-left')).headers['location']).toBe(`/photo/${id}?notice=turn-left`);
    expect(await rotation()).toBe(270);
    expect((await ana.get(`/photo/${id}?notice=turn-left`)).text).toContain('value="turn-right">Undo');
    await turn('turn-right');
    expect(await rotation()).toBe(0);
    await turn('turn-right');
    await turn('turn-right');
    expect(await rotation()).toBe(180);
  });

  test('the notice of an edit brings caption, description and time back', async () => {
    const ana = await world.user();
    const bytes = await picture({ takenAt: '2019-07-01T10:00:00' });
    const upload = ana.upload(bytes, { fields: { caption: 'Before', alt: 'A dog' } });
    const { id, takenAt } = checked(UploadReply, (await upload.expect(201)).body).photo;
    const shown = () => ana.read(`/v1/photos/${id}`, Photo);
    const post = (fields: object) => ana.post(`/photo/${id}`).type('form').send(fields);
    const texts = { act: 'edit', caption: 'After', alt: '', offset: '', takenBefore: '2019-07-01T10:00:00' };

    const saved = await post({ ...texts, takenAt: '2001-02-03T04:05' }).expect(303);
    expect(await shown()).toMatchObject({ caption: 'After', alt: '', takenAt: { local: '2001-02-03T04:05:00' } });
    expect((await ana.get(String(saved.headers['location']))).text).toContain('value="undo-edit">Undo');
    const undone = await post({ act: 'undo-edit' }).expect(303);
    expect((await ana.get(String(undone.headers['location']))).text).toContain('Your changes are undone.');
    expect(await shown()).toMatchObject({ caption: 'Before', alt: 'A dog', takenAt });
    await post({ act: 'undo-edit' }).set('Accept', 'text/html').expect(412);
  });

  test('undo of an edit restores a time that the person had set before, and is refused after another change', async () => {
    const ana = await world.user();
    const { id } = checked(UploadReply, (await ana.upload(await picture()).expect(201)).body).photo;
    const post = (fields: object) => ana.post(`/photo/${id}`).type('form').send(fields);
    const first = { act: 'edit', takenAt: '2001-02-03T04:05', takenBefore: '', offset: '' };
    await post(first).expect(303);
    await post({ ...first, takenAt: '2002-02-03T04:05' }).expect(303);
    await post({ act: 'undo-edit' }).expect(303);
    expect((await ana.read(`/v1/photos/${id}`, Photo)).takenAt).toMatchObject({
      local: '2001-02-03T04:05:00',
      source: 'user',
      precision: 'minute',
    });
    await post(first).expect(303);
    await ana.patch(`/v1/photos/${id}`).send({ caption: 'Elsewhere' }).expect(200);
    const { text } = await post({ act: 'undo-edit' }).set('Accept', 'text/html').expect(412);
    expect(text).toContain('This photo has been changed in the meantime.');
    expect((await ana.read(`/v1/photos/${id}`, Photo)).caption).toBe('Elsewhere');
  });

  test('a refused edit says which field is wrong, and keeps what the person entered', async () => {
    const ana = await world.user();
    const { id } = checked(UploadReply, (await ana.upload(await picture()).expect(201)).body).photo;
    const fields = { act: 'edit', caption: 'x'.repeat(4100), alt: 'A <b>dog</b>' };
    const { text } = await ana.post(`/photo/${id}`).type('form').send(fields).expect(400);
    expect(text).toContain('role="alert">The caption is too long. It may have 4,096 characters.');
    expect(text).toContain('>A &#60;b&#62;dog&#60;/b&#62;</textarea>');
    expect(text).toMatch(/<details class="edit" open>/);
    const wrong = { act: 'edit', takenAt: '0500-01-01T00:00', takenBefore: '' };
    const late = await ana.post(`/photo/${id}`).type('form').send(wrong).expect(400);
    expect(late.text).toContain('This date or time cannot be used.');
    expect(await ana.read(`/v1/photos/${id}`, Photo)).toMatchObject({ caption: '', alt: '' });
  });

  test('three turns at the same time turn a photo three times', async () => {
    const ana = await world.user();
    const { id } = checked(UploadReply, (await ana.upload(await picture()).expect(201)).body).photo;
    const turn = () => ana.post(`/photo/${id}`).type('form').send({ act: 'turn-right' }).expect(303);
    await Promise.all([turn(), turn(), turn()]);
    expect((await ana.read(`/v1/photos/${id}`, Photo)).rotation).toBe(270);
  });

  test('markup and right-to-left text of captions and file names stay text, apart from the words around them', async () => {
    const ana = await world.user();
    const caption = '\u202e<b>שלום</b> abc\u2066';
    const bytes = await picture();
    const fileName = `${'🐕'.repeat(190)}תמונה.jpg`;
    const upload = ana.upload(bytes, { fields: { caption, alt: caption }, fileName });
    const { id } = checked(UploadReply, (await upload.expect(201)).body).photo;
    for (const path of [`/photo/${id}`, '/', '/recent', '/?select=none', `/?did=trash&photos=${id}`]) {
      const { text } = await ana.get(path).expect(200);
      expect(text).not.toContain('<b>');
      expect(text).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
      expect(text).toMatch(/<(p|textarea)[^>]* dir="auto">&#60;b&#62;שלום&#60;\/b&#62; abc</);
    }
    expect((await ana.get(`/photo/${id}`)).text).toContain(`<bdi>${fileName}</bdi>`);
  });

  test('an edit that leaves the time alone keeps its precision and its source', async () => {
    const ana = await world.user();
    const bytes = await picture({ takenAt: '2019-07-01T10:00:00' });
    const { id, takenAt } = checked(UploadReply, (await ana.upload(bytes).expect(201)).body).photo;
    const fields = { act: 'edit', caption: 'x', takenAt: '2019-07-01T10:00', takenBefore: '2019-07-01T10:00:00' };
    await ana.post(`/photo/${id}`).type('form').send(fields).expect(303);
    expect((await ana.get(`/v1/photos/${id}`).expect(200)).body).toMatchObject({ caption: 'x', takenAt });
  });

  test('links to the photos beside it in the list that the person came from', async () => {
    const ana = await world.user();
    const ids: string[] = [];
    for (const year of [2019, 2021, 2020]) {
      const fields = { takenAt: `${year}-07-01T10:00:00` };
      const { body } = await ana.upload(await picture(), { fields }).expect(201);
      ids.push((body as { photo: { id: string } }).photo.id);
    }
    const [first, second, third] = ids;
    const byCapture = (await ana.get(`/photo/${third}`).expect(200)).text;
    expect(byCapture).toContain(`rel="prev" href="/photo/${second}"`);
    expect(byCapture).toContain(`rel="next" href="/photo/${first}"`);
    const byPosting = (await ana.get(`/photo/${third}?in=recent`).expect(200)).text;
    expect(byPosting).toContain(`rel="next" href="/photo/${second}?in=recent"`);
    expect(byPosting).not.toContain('rel="prev"');
  });
});

test('the sign-in form takes a name as people write it', async () => {
  const reply = await http()
    .post('/signin')
    .type('form')
    .send({ name: ' Ana Maria ', returnTo: '/recent' })
    .expect(303);
  const page = await http().get('/recent').set('Cookie', String(reply.headers['set-cookie'])).expect(200);
  expect(page.text).toContain('<strong>ana-maria</strong>');
});

const captionsOf = (page: string) => [...page.matchAll(/<p dir="auto">([^<]*)/g)].map(([, caption]) => caption);
