import { gzipSync } from 'node:zlib';
import request from 'supertest';
import { expect, test } from 'vitest';
import { BOUNDARY, encodeForm, formApp, MAX_FILE, memorySink, Received, type MemorySink, type Part } from './forms.ts';
import { checked } from '../support/checked.ts';
import { problemOf } from '../support/replies.ts';

const IMAGE: Part = { name: 'image', fileName: 'a.jpg', content: 'bytes of a picture' };

async function send(parts: Part[] | Buffer, sink: MemorySink = memorySink()) {
  const body = Buffer.isBuffer(parts) ? parts : encodeForm(parts);
  const answer = await request(formApp(sink))
    .post('/form')
    .set('Content-Type', `multipart/form-data; boundary=${BOUNDARY}`)
    .send(body);
  return { sink, answer };
}

async function post(parts: Part[] | Buffer, to?: MemorySink) {
  const { sink, answer } = await send(parts, to);
  expect(answer.status).toBe(200);
  return { sink, received: checked(Received, answer.body) };
}

/** What is refused leaves nothing behind. */
async function refused(parts: Part[] | Buffer) {
  const { sink, answer } = await send(parts);
  expect([...sink.kept]).toEqual([]);
  return problemOf(answer);
}

test('a form arrives whole: fields, files, names, types', async () => {
  const { sink, received } = await post([
    { name: 'caption', content: 'Meer – größer\r\n--x' },
    IMAGE,
    { name: 'preview', fileName: 'p.png', type: 'image/png', content: Buffer.from([0, 13, 10, 45, 45, 255]) },
    { name: 'alt', content: '' },
  ]);
  expect(received).toEqual({
    fields: { caption: 'Meer – größer\r\n--x', alt: '' },
    files: [
      { field: 'image', name: 'a.jpg', type: 'image/jpeg', stored: 0 },
      { field: 'preview', name: 'p.png', type: 'image/png', stored: 1 },
    ],
  });
  expect(sink.kept.get(1)).toEqual(Buffer.from([0, 13, 10, 45, 45, 255]));
  expect(sink.discarded).toEqual([]);
});

test('the sink knows the fields that came before the file', async () => {
  const { sink } = await post([{ name: 'caption', content: 'sea' }, IMAGE, { name: 'alt', content: 'late' }]);
  expect(sink.heads[0]?.fields).toEqual({ caption: 'sea' });
});

test('a file as large as allowed is taken, one byte more is refused with the limit', async () => {
  const exact = await post([{ ...IMAGE, content: Buffer.alloc(MAX_FILE) }]);
  expect(exact.sink.kept.get(0)).toHaveLength(MAX_FILE);
  const problem = await refused([{ ...IMAGE, content: Buffer.alloc(MAX_FILE + 1) }]);
  expect(problem).toMatchObject({ status: 413, code: 'file-too-large', maxBytes: MAX_FILE });
});

test('a sink never takes a file cut by the limit for a whole one', async () => {
  const finished: number[] = [];
  const sink = memorySink({
    async store(_file, bytes) {
      let size = 0;
      for await (const chunk of bytes) size += chunk.length;
      finished.push(size);
      return 1;
    },
  });
  await send([{ ...IMAGE, content: Buffer.alloc(MAX_FILE * 2) }], sink);
  expect(finished).toEqual([]);
});

test('a file input left empty by the browser is no file', async () => {
  const { received } = await post([{ name: 'image', fileName: '', type: 'application/octet-stream', content: '' }]);
  expect(received.files).toEqual([]);
});

test('an empty file is a file', async () => {
  const { sink } = await post([{ ...IMAGE, content: '' }]);
  expect(sink.kept.get(0)).toHaveLength(0);
});

test('two files in a field for one are too many', async () => {
  expect(await refused([IMAGE, IMAGE])).toMatchObject({ status: 400, code: 'too-many-files' });
  expect(await refused([IMAGE, { ...IMAGE, name: 'preview' }, IMAGE])).toMatchObject({ code: 'too-many-files' });
});

test.each([
  ['an unknown text field', { name: 'title', content: 'x' }, '/title', 'unknown-field'],
  ['an unknown file field', { ...IMAGE, name: 'photo' }, '/photo', 'unknown-field'],
  ['a nested field', { name: 'caption[a]', content: 'x' }, '/caption[a]', 'unknown-field'],
  ['a list field', { name: 'caption[]', content: 'x' }, '/caption[]', 'unknown-field'],
  ['__proto__', { name: '__proto__', content: 'x' }, '/__proto__', 'unknown-field'],
  ['a text where a file should be', { name: 'preview', content: 'x' }, '/preview', 'not-a-file'],
  ['a long text where a file should be', { name: 'image', content: 'x'.repeat(8193) }, '/image', 'not-a-file'],
  ['a long unknown text field', { name: 'title', content: 'x'.repeat(8193) }, '/title', 'unknown-field'],
  ['a text in Latin-1', { name: 'caption', content: Buffer.from('caf\xe9', 'latin1') }, '/caption', 'not-a-text'],
  ['a file where a text should be', { ...IMAGE, name: 'caption' }, '/caption', 'not-a-text'],
  ['a long caption', { name: 'caption', content: 'x'.repeat(8193) }, '/caption', 'too-big'],
] as const)('%s is refused by name', async (_what, part, pointer, code) => {
  const answer = await refused([IMAGE, part]);
  expect(answer).toMatchObject({ status: 400, code: 'invalid-request', errors: [{ pointer, code }] });
});

test('the refusal of an unknown field lists the good ones', async () => {
  const { detail } = await refused([{ ...IMAGE, name: 'photo' }]);
  expect(detail).toContain('Text fields are: caption, alt; files: image, preview.');
});

test('a field given twice is refused', async () => {
  const caption = { name: 'caption', content: 'x' };
  expect(await refused([IMAGE, caption, caption])).toMatchObject({
    errors: [{ pointer: '/caption', code: 'repeated' }],
  });
});

test.each([
  ['more than eight parts', Array.from({ length: 9 }, (_, at) => ({ name: `f${at}`, content: '' }))],
  ['a field name of more than 64 bytes', [{ name: 'n'.repeat(65), content: '' }]],
  ['a field without a name', encodeForm([{ name: '"; x="', content: 'x' }])],
  [
    'a broken part header',
    Buffer.from(`--${BOUNDARY}\r\nContent-Disposition form-data\r\n\r\nx\r\n--${BOUNDARY}--\r\n`),
  ],
])('%s is refused', async (_what, parts) => {
  expect(await refused(parts)).toMatchObject({ status: 400, code: 'invalid-request' });
});

test.each([
  ['in a file', encodeForm([IMAGE], '').subarray(0, -2)],
  ['after a file', encodeForm([IMAGE], `--${BOUNDARY}`)],
  ['in a part header', encodeForm([IMAGE], `--${BOUNDARY}\r\nContent-Disposition: form-da`)],
  ['at its start', Buffer.from('--')],
])('a form that ends %s has broken off', async (_where, body) => {
  expect(await refused(body)).toMatchObject({ status: 400, code: 'upload-aborted' });
});

test('a form that broke off may be sent again', async () => {
  const problem = await refused(encodeForm([IMAGE], '').subarray(0, -2));
  expect(problem).toMatchObject({ code: 'upload-aborted', retryable: true });
});

const whole = encodeForm([{ name: 'caption', content: 'sea' }, IMAGE]).toString('latin1');

test.each([
  ['has another boundary than its header', whole.replaceAll(BOUNDARY, 'another'), /boundary .* nowhere/],
  ['has a boundary that only begins as the one of its header', whole.replaceAll(BOUNDARY, `${BOUNDARY}s`), /nowhere/],
  ['is no form', 'caption=sea', /boundary .* nowhere/],
  ['has lines that end in LF', whole.replaceAll('\r\n', '\n'), /malformed: CR LF/],
  ['has no line end before its closing boundary', whole.replace(/\r\n(--\S*--)/, '$1'), /malformed: CR LF/],
  ['has no empty line behind the header of a part', whole.replace('\r\n\r\nsea', '\r\nsea'), /broken header/],
  ['has a part without a name', whole.replace('; name="caption"', ''), /name missing/],
])('a form that %s is refused for that, and not to be sent again', async (_what, form, reason) => {
  const problem = await refused(Buffer.from(form, 'latin1'));
  expect(problem).toMatchObject({
    status: 400,
    code: 'invalid-request',
    detail: expect.stringMatching(reason),
  });
  expect(problem).not.toHaveProperty('retryable');
});

test('an error of the sink reaches the caller, and the other files are discarded', async () => {
  const { sink } = await send(
    [IMAGE, { name: 'preview', fileName: 'p.jpg', content: 'x'.repeat(9000) }],
    failingSecond(),
  );
  expect(sink.discarded).toEqual([0]);
  expect([...sink.kept]).toEqual([]);
});

test('a sink may leave a file unread', async () => {
  const { received } = await post(
    [
      { ...IMAGE, content: Buffer.alloc(MAX_FILE) },
      { name: 'caption', content: 'after' },
    ],
    memorySink({ store: () => Promise.resolve(5) }),
  );
  expect(received).toMatchObject({ fields: { caption: 'after' }, files: [{ stored: 5 }] });
});

test('a text in an unknown charset is refused', async () => {
  const form = encodeForm([{ name: 'caption"\r\nContent-Type: text/plain; charset="klingon', content: 'x' }]);
  expect(await refused(form)).toMatchObject({ errors: [{ pointer: '/caption', code: 'not-a-text' }] });
});

test('a form is not begun once the program stops', async () => {
  const sink = memorySink();
  const call = request(formApp(sink, { signal: AbortSignal.abort() })).post('/form');
  await call.field('caption', 'sea').attach('image', Buffer.from('x'), 'a.jpg').expect(500);
  expect(sink.begun).toBe(0);
});

test('a body that is no form is refused', async () => {
  const app = formApp(memorySink());
  const json = await request(app).post('/form').send({ caption: 'x' }).expect(415);
  expect(problemOf(json).code).toBe('unsupported-media-type');
  await request(app).post('/form').expect(415);
  const bare = await request(app).post('/form').set('Content-Type', 'multipart/form-data').send('x').expect(400);
  expect(problemOf(bare).code).toBe('invalid-request');
});

test('a file name is cleaned', async () => {
  const names = [
    'größer.jpg',
    'C:\\photos\\a.jpg',
    '../../etc/passwd',
    'a%22b%0D%0Ac.jpg',
    'a\u202egpj.exe',
    'e\u0301.jpg',
  ];
  const cleaned: string[] = [];
  for (const fileName of names) cleaned.push((await post([{ ...IMAGE, fileName }])).sink.heads[0]!.name);
  expect(cleaned).toEqual(['größer.jpg', 'a.jpg', 'passwd', 'a"bc.jpg', 'agpj.exe', '\u00e9.jpg']);
});

function failingSecond(): MemorySink {
  const sink = memorySink();
  const store = sink.store.bind(sink);
  sink.store = (file, bytes) =>
    file.field === 'preview' ? Promise.reject(new Error('the bucket is gone')) : store(file, bytes);
  return sink;
}

test.each([['multipart/form-data'], ['multipart/form-data; boundary='], ['multipart/form-data; boundary=x; =y']])(
  'a form that does not say how it is cut is refused: %s',
  async (type) => {
    const sink = memorySink();
    const answer = await request(formApp(sink))
      .post('/form')
      .set('Content-Type', type)
      .send(encodeForm([IMAGE]));
    expect(problemOf(answer)).toMatchObject({
      status: 400,
      code: 'invalid-request',
    });
    expect([...sink.kept]).toEqual([]);
  },
);

test('a form that is packed is refused, and told how to come', async () => {
  const sink = memorySink();
  const refusal = await request(formApp(sink))
    .post('/form')
    .set('Content-Type', `multipart/form-data; boundary=${BOUNDARY}`)
    .set('Content-Encoding', 'gzip')
    .send(gzipSync(encodeForm([IMAGE])));
  expect(problemOf(refusal)).toMatchObject({ status: 415, code: 'unsupported-media-type' });
  expect(refusal.headers['accept-encoding']).toBe('identity');
});
