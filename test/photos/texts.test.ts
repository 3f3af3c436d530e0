import request from 'supertest';
import { describe, expect, test } from 'vitest';
import { BOUNDARY, encodeForm } from '../http/forms.ts';
import { picture } from '../support/picture.ts';
import { problemOf } from '../support/replies.ts';
import { startWorld } from '../support/world.ts';
import { sendDirect, sha256 } from '../uploads/phone.ts';

const world = await startWorld();

const DIRTY = 'sea\0 \u202eside\u202c\u0085 👨‍👩‍👧 ❤️ שלום\u200f\r\nagain';
const CLEAN = 'sea side 👨‍👩‍👧 ❤️ שלום\u200f\nagain';
/** As JSON has it: with half of a surrogate pair, which a form cannot hold. */
const DIRTY_JSON = `\ud83d${DIRTY}`;

describe('a caption and a description', () => {
  test('caption and description of an upload are cleaned by the rule for texts', async () => {
    const ana = await world.user();
    const { body } = await ana.upload(await picture(), { fields: { caption: DIRTY, alt: DIRTY } }).expect(201);
    expect(body.photo).toMatchObject({ caption: CLEAN, alt: CLEAN });
  });

  test('caption and description of an edit, a batch of edits and a batch of uploads are cleaned as well', async () => {
    const ana = await world.user();
    const { id } = (await ana.upload(await picture()).expect(201)).body.photo;
    const one = await ana.patch(`/v1/photos/${id}`).send({ caption: DIRTY_JSON, alt: DIRTY_JSON }).expect(200);
    const many = await ana
      .patch('/v1/photos/batch')
      .send({ items: [{ id, caption: `${DIRTY_JSON}!` }] })
      .expect(200);
    const upload = await sendDirect(ana, await picture());
    const direct = await ana
      .post('/v1/photos/batch')
      .send({ items: [{ upload, caption: DIRTY_JSON }] })
      .expect(200);
    expect(one.body).toMatchObject({ caption: CLEAN, alt: CLEAN });
    expect(many.body.results[0].photo.caption).toBe(`${CLEAN}!`);
    expect(direct.body.results[0].photo.caption).toBe(CLEAN);
  });

  test('caption and description are measured after they are cleaned', async () => {
    const ana = await world.user();
    const { id } = (await ana.upload(await picture()).expect(201)).body.photo;
    const longest = 'x'.repeat(4096);
    await ana
      .patch(`/v1/photos/${id}`)
      .send({ caption: `\0${longest}\u202e` })
      .expect(200);
    await ana
      .patch(`/v1/photos/${id}`)
      .send({ caption: `${longest}y` })
      .expect(400);
  });

  test('in Latin-1 are refused by name, and nothing is kept', async () => {
    const ana = await world.user();
    const form = ana
      .post('/v1/photos')
      .set('Content-Type', `multipart/form-data; boundary=${BOUNDARY}`)
      .send(
        encodeForm([
          { name: 'caption', content: Buffer.from('caf\xe9', 'latin1') },
          { name: 'image', fileName: 'a.jpg', content: await picture() },
        ]),
      );
    const problem = problemOf(await form.expect(400));
    expect(problem).toMatchObject({ code: 'invalid-request', errors: [{ pointer: '/caption', code: 'not-a-text' }] });
    expect((await ana.get('/v1/timeline').expect(200)).body.items).toEqual([]);
  });

  test('in a JSON body that is not UTF-8 are refused', async () => {
    const ana = await world.user();
    const { id } = (await ana.upload(await picture(), { fields: { caption: 'before' } }).expect(201)).body.photo;
    const json = Buffer.from('{"caption":"caf\xe9"}', 'latin1');
    const edit = ana
      .patch(`/v1/photos/${id}`)
      .type('application/json')
      .serialize(() => json as unknown as string);
    expect(problemOf(await edit.send({}).expect(400))).toMatchObject({ code: 'invalid-request' });
    expect((await ana.get(`/v1/photos/${id}`).expect(200)).body.caption).toBe('before');
  });
});

describe('a name', () => {
  test('the name of a user is cleaned, has one line, and may be written from right to left', async () => {
    const ana = await world.user();
    const edit = await ana.patch('/v1/me').send({ displayName: ' \u202eשלום\0\nעולם\ud83d 👩‍🚀 ' }).expect(200);
    expect(edit.body.displayName).toBe('שלום עולם 👩‍🚀');
  });

  test('the name of a file is cleaned by both upload routes', async () => {
    const ana = await world.user();
    const sent = await sendDirect(ana, await picture(), {}, { fileName: 'a\0\u202egpj.exe\ud83d 👨‍👩‍👧.jpg' });
    const batch = await ana
      .post('/v1/photos/batch')
      .send({ items: [{ upload: sent }] })
      .expect(200);
    expect(batch.body.results[0].photo.fileName).toBe('agpj.exe 👨‍👩‍👧.jpg');
    const bytes = await picture();
    const posted = await ana.upload(bytes, { fileName: 'a\u202egpj.exe 👨‍👩‍👧.jpg' }).expect(201);
    expect(posted.body.photo.fileName).toBe('agpj.exe 👨‍👩‍👧.jpg');
  });
});

describe('a sha256 in capitals', () => {
  test('a sha256 in capitals is accepted by form, session and check, and stored in small letters', async () => {
    const ana = await world.user();
    const [posted, sent] = [await picture(), await picture()];
    const capitals = (bytes: Buffer) => sha256(bytes).toUpperCase();
    const { body } = await ana.upload(posted, { fields: { sha256: capitals(posted) } }).expect(201);
    const upload = await sendDirect(ana, sent, {}, { sha256: capitals(sent) });
    const batch = await ana
      .post('/v1/photos/batch')
      .send({ items: [{ upload }] })
      .expect(200);
    const check = await ana
      .post('/v1/photos/check')
      .send({ sha256: [capitals(posted), capitals(sent)] })
      .expect(200);

    expect(body.photo.sha256).toBe(sha256(posted));
    expect(batch.body.results[0].photo.sha256).toBe(sha256(sent));
    expect(check.body.items).toMatchObject([
      { sha256: sha256(posted), status: 'present' },
      { sha256: sha256(sent), status: 'present' },
    ]);
  });

  test('a sha256 in capitals of other bytes is refused', async () => {
    const ana = await world.user();
    const wrong = ana.upload(await picture(), { fields: { sha256: 'AB'.repeat(32) } });
    expect(problemOf(await wrong.expect(422)).code).toBe('digest-mismatch');
  });
});

test('empty fields of a form count as absent', async () => {
  const ana = await world.user();
  const bytes = await picture({ takenAt: '2019-07-01T10:00:00' });
  const { body } = await ana.upload(bytes, { fields: { caption: '', alt: '', takenAt: '', sha256: '' } }).expect(201);
  expect(body.photo).toMatchObject({ caption: '', takenAt: { local: '2019-07-01T10:00:00', source: 'exif' } });
});

test('an empty time of an item of a batch counts as absent', async () => {
  const ana = await world.user();
  const upload = await sendDirect(ana, await picture({ takenAt: '2019-07-01T10:00:00' }));
  const { body } = await ana
    .post('/v1/photos/batch')
    .send({ items: [{ upload, takenAt: '' }] })
    .expect(200);
  expect(body.results[0].photo.takenAt).toMatchObject({ source: 'exif' });
});

test('a part named image that is no file gets not-a-file, however long it is', async () => {
  const ana = await world.user();
  for (const text of ['x', 'x'.repeat(9000)]) {
    const form = request(world.url).post('/v1/photos').set('Authorization', `Bearer ${ana.token}`).field('image', text);
    expect(problemOf(await form.expect(400)).errors).toMatchObject([{ pointer: '/image', code: 'not-a-file' }]);
  }
});
