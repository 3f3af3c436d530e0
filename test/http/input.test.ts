import request from 'supertest';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { explainFault } from '../../src/http/input/fault-messages.ts';
import { defineRoute } from '../../src/http/route.ts';
import { Problem } from '../../src/http/replies/problem.ts';
import { checked } from '../support/checked.ts';
import { problemOf } from '../support/replies.ts';
import { ANA, smallApp } from './small-app.ts';

const Edit = z.object({
  caption: z.string().max(5).optional(),
  place: z.object({ latitude: z.number() }).nullable().optional(),
  tags: z.array(z.object({ name: z.string() })).default([]),
});

const { app } = smallApp([
  defineRoute({
    method: 'patch',
    path: '/photos/:id',
    summary: 'Edit.',
    access: 'user',
    scope: 'read',
    params: z.object({ id: z.string().regex(/^p\d$/) }),
    query: z.object({ limit: z.coerce.number().int().optional() }),
    body: Edit,
    replies: { 200: z.unknown() },
    handle: ({ params, query, body, caller }) => ({ status: 200, body: { params, query, body, caller } }),
  }),
  defineRoute({
    method: 'patch',
    path: '/photos/batch',
    summary: 'Edit many.',
    access: 'optional',
    scope: 'read',
    body: z.object({ ids: z.array(z.string()) }).optional(),
    replies: { 200: z.unknown() },
    handle: ({ body, caller }) => ({ status: 200, body: { batch: body ?? null, caller: caller ?? null } }),
  }),
]);

const patch = (path: string) => request(app).patch(path).set('Authorization', 'Bearer ana');

test('a handler gets everything parsed', async () => {
  const { body } = await patch('/photos/p1?limit=7').send({ caption: 'sea', place: null }).expect(200);
  expect(body).toEqual({
    params: { id: 'p1' },
    query: { limit: 7 },
    body: { caption: 'sea', place: null, tags: [] },
    caller: ANA,
  });
});

test('all faults of query and body come in one answer, unknown fields by name', async () => {
  const problem = problemOf(
    await patch('/photos/p1?limit=x&page=2')
      .send({ caption: 'too long', place: { latitude: 1, 'a/b': 2 }, tags: [{ name: 'a' }, {}], owner: 'me' })
      .expect(400)
      .expect('content-type', 'application/problem+json'),
  );
  expect(problem).toMatchObject({ code: 'invalid-request', status: 400 });
  expect(problem.errors?.map(({ pointer, code }) => `${pointer} ${code}`)).toEqual([
    '/limit invalid-type',
    '/page unknown-field',
    '/caption too-big',
    '/place/a~1b unknown-field',
    '/tags/1/name required',
    '/owner unknown-field',
  ]);
});

test('a parameter given twice is refused', async () => {
  await patch('/photos/p1?limit=1&limit=2').send({}).expect(400);
});

test('a missing body is required, unless the route can do without', async () => {
  const problem = problemOf(await patch('/photos/p1').expect(400));
  expect(problem.errors).toEqual([{ pointer: '', code: 'required', message: 'This is required.' }]);
  await request(app).patch('/photos/batch').expect(200, { batch: null, caller: null });
});

test('a precise path wins over a parameter, whichever was written first', async () => {
  const { body } = await request(app)
    .patch('/photos/batch')
    .send({ ids: ['a'] })
    .expect(200);
  expect(body.batch).toEqual({ ids: ['a'] });
});

test('an id that can name nothing names nothing', async () => {
  const problem = problemOf(await patch('/photos/zzz').send({}).expect(404));
  expect(problem).toMatchObject({
    code: 'not-found',
    detail: 'There is nothing at this address. id: This does not have the form that is taken here.',
  });
});

test('a request without a sign-in is refused before its body is read', async () => {
  const answer = await request(app).patch('/photos/p1').send('not json').set('Content-Type', 'application/json');
  expect(answer.status).toBe(401);
  expect(answer.headers['www-authenticate']).toBe('Bearer');
  expect(problemOf(answer).code).toBe('unauthenticated');
});

test('bad credentials are refused even where none are needed', async () => {
  await request(app).patch('/photos/batch').set('Authorization', 'Bearer eve').expect(401);
});

test.each([
  ['broken JSON', 'application/json', '{"caption":', 400, 'invalid-request'],
  ['a bare string', 'application/json', '"sea"', 400, 'invalid-request'],
  ['another type', 'text/plain', '{}', 415, 'unsupported-media-type'],
  ['a form', 'application/x-www-form-urlencoded', 'caption=sea', 415, 'unsupported-media-type'],
  ['JSON by another name', 'application/merge-patch+json', '{}', 415, 'unsupported-media-type'],
  ['another charset', 'application/json; charset=latin1', '{}', 415, 'unsupported-media-type'],
])('%s is refused', async (_what, type, sent, status, code) => {
  const problem = problemOf(await patch('/photos/p1').set('Content-Type', type).send(sent).expect(status));
  expect(problem.code).toBe(code);
});

test('an unknown encoding and a broken one are refused', async () => {
  const send = (encoding: string) =>
    patch('/photos/p1').set('Content-Type', 'application/json').set('Content-Encoding', encoding);
  await send('zip').send('{}').expect(415);
  const problem = problemOf(await send('gzip').send('{}').expect(400));
  expect(problem.code).toBe('invalid-request');
});

test('a body over one MiB is refused with the limit', async () => {
  const problem = problemOf(
    await patch('/photos/p1')
      .send({ caption: 'x'.repeat(2 ** 20) })
      .expect(413),
  );
  expect(problem).toMatchObject({
    code: 'body-too-large',
    maxBytes: 2 ** 20,
    detail: 'The body must not be larger than 1048576 bytes.',
  });
});

test('no name in a body reaches a prototype', async () => {
  const sent = '{"__proto__":{"caption":"x"}}';
  const problem = problemOf(await patch('/photos/p1').set('Content-Type', 'application/json').send(sent).expect(400));
  expect(problem.errors?.[0]).toMatchObject({ pointer: '/__proto__', code: 'unknown-field' });
});

const Asked = z.object({
  text: z.string(),
  short: z.string().max(5),
  code: z.string().regex(/^[a-z]$/),
  many: z.array(z.int()).min(1).max(2),
  count: z.int().min(1).max(9),
  choice: z.enum(['day', 'week']),
  only: z.literal('allow'),
  flag: z.boolean(),
  at: z.iso.datetime(),
  own: z.string().max(5, 'is longer than 5 characters'),
  either: z.union([z.strictObject({ photo: z.string().max(2) }), z.strictObject({ from: z.int(), to: z.int() })]),
});

const valid = { text: '', short: '', code: 'a', many: [1], count: 1, choice: 'day', only: 'allow', flag: true };
const whole = { ...valid, at: '2026-11-29T20:00:00Z', own: '', either: { photo: 'p' } };

test.each([
  ['/text', { text: 7 }, 'Send a text.'],
  ['/text', { text: null }, 'Send a text. Null is not taken here.'],
  ['/text', { text: undefined }, 'This is required.'],
  ['/short', { short: 'too long' }, 'Send at most 5 characters.'],
  ['/code', { code: 'A' }, 'This does not have the form that is taken here.'],
  ['/many', { many: [] }, 'Send at least 1 item.'],
  ['/many', { many: [1, 2, 3] }, 'Send at most 2 items.'],
  ['/many', { many: 1 }, 'Send a list.'],
  ['/many/0', { many: [1.5] }, 'Send a whole number.'],
  ['/count', { count: 0 }, 'Send at least 1.'],
  ['/count', { count: 10 }, 'Send at most 9.'],
  ['/choice', { choice: 'month' }, 'Send one of: day, week.'],
  ['/only', { only: 'deny' }, 'Send allow.'],
  ['/flag', { flag: 'yes' }, 'Send true or false.'],
  ['/at', { at: 'yesterday' }, 'Send a date and time such as 2019-07-01T10:00:00Z.'],
  ['/own', { own: 'too long' }, 'is longer than 5 characters'],
  ['/either/photo', { either: { photo: 'long' } }, 'Send at most 2 characters.'],
  ['/either/to', { either: { from: 1 } }, 'This is required.'],
])('a fault at %s of %j is told as: %s', async (pointer, wrong, message) => {
  const { app: asking } = smallApp([
    defineRoute({
      method: 'post',
      path: '/ask',
      summary: 'Asks.',
      access: 'public',
      body: Asked,
      replies: { 204: null },
      handle: () => ({ status: 204 }),
    }),
  ]);
  await request(asking).post('/ask').send(whole).expect(204);
  const problem = problemOf(
    await request(asking)
      .post('/ask')
      .send({ ...whole, ...wrong })
      .expect(400),
  );
  expect(problem.errors).toMatchObject([{ pointer, message }]);
  expect(problem.detail).toBe(`${pointer}: ${message.replace(/([^.])$/, '$1.')}`);
});

test('the detail of several faults names the first one, and how many more there are', async () => {
  const problem = problemOf(
    await patch('/photos/p1')
      .send({ caption: 'too long', place: { latitude: 'x' }, owner: 1 })
      .expect(400),
  );
  expect(problem.detail).toBe('/caption: Send at most 5 characters. 2 more faults are in `errors`.');
});

describe('a problem stays small', () => {
  const keys = (count: number, make = (n: number) => `k${n}`) =>
    Object.fromEntries(Array.from({ length: count }, (_, n) => [make(n), n]));
  const refused = async (body: object | string) => {
    const sent = patch('/photos/p1').set('Content-Type', 'application/json').send(body);
    const { text } = await sent.expect(400);
    expect(text.length).toBeLessThan(16 * 1024);
    return checked(Problem, JSON.parse(text));
  };

  test('a problem lists the first 20 of many faults, and the number of the others', async () => {
    const { detail, errors, moreErrors } = await refused({ caption: 'too long', ...keys(4000) });
    expect(errors?.map(({ pointer }) => pointer)).toEqual([
      '/caption',
      ...Array.from({ length: 19 }, (_, n) => `/k${n}`),
    ]);
    expect(moreErrors).toBe(3981);
    expect(detail).toContain('4000 more faults were found; `errors` has the first 20.');
  });

  test('without the rest of a long name', async () => {
    const { errors } = await refused(keys(30, (n) => `${n}${'x'.repeat(30_000)}`));
    expect(errors?.[0]).toMatchObject({ pointer: `/0${'x'.repeat(63)}…` });
  });

  test('a problem stays small also where names are cut within a character', async () => {
    const { errors } = await refused({ [`${'x'.repeat(63)}😀`]: 1 });
    expect(errors?.[0]?.pointer).toBe(`/${'x'.repeat(63)}\ufffd…`);
  });

  test.each([
    ['too many values', JSON.stringify({ tags: Array.from({ length: 10_000 }, () => 1) }), 'more than 10000 values'],
    ['too many names', JSON.stringify(keys(5001)), 'more than 10000 values'],
    ['values too deep in each other', `{"caption":${'['.repeat(32)}${']'.repeat(32)}}`, 'more than 32 levels'],
    ['a list that never ends', '['.repeat(500_000), 'more than 32 levels'],
  ])('for %s', async (_, body, detail) => {
    expect((await refused(body)).detail).toContain(detail);
  });

  test('while commas and brackets in texts count for nothing', async () => {
    const text = String.raw`\"[{,:`.repeat(20_000);
    const { errors } = await refused(`{"caption":"${text}"}`);
    expect(errors).toMatchObject([{ pointer: '/caption', code: 'too-big' }]);
  });

  test('for JSON in another encoding than UTF-8, which has no right meaning here', async () => {
    const body = Buffer.from('{"caption":"a"}', 'utf16le');
    await patch('/photos/p1').set('Content-Type', 'application/json; charset=utf-16le').send(body).expect(400);
  });
});

test.each([
  ['a wrong type', z.string(), 7, 'Send a text.'],
  ['a type that JSON does not have', z.symbol(), 7, 'Send a value of another type.'],
  ['a number at an open lower bound', z.number().gt(3), 3, 'Send more than 3.'],
  ['a number at an open upper bound', z.number().lt(3), 3, 'Send less than 3.'],
  ['a text of a wrong length', z.string().length(2), 'abc', 'Send exactly 2 characters.'],
  ['a list of a wrong length', z.array(z.int()).length(1), [], 'Send exactly 1 item.'],
  ['a date that is too early', z.date().min(new Date(0)), new Date(-1), 'Send at least 1970-01-01T00:00:00.000Z.'],
  ['a number between two steps', z.number().multipleOf(5), 7, 'Send a multiple of 5.'],
  ['a text with a wrong start', z.string().startsWith('ab'), 'x', 'Send a text that begins with ab.'],
  ['a text with a wrong end', z.string().endsWith('ab'), 'x', 'Send a text that ends with ab.'],
  ['a text without a part', z.string().includes('ab'), 'x', 'Send a text that contains ab.'],
  ['a text of another format', z.ulid(), 'x', 'This does not have the form that is taken here.'],
  ['an unknown field', z.strictObject({}), { x: 1 }, 'Leave out: x.'],
  ['a wrong name in a record', z.record(z.string().max(1), z.int()), { xx: 1 }, 'This name is not taken here.'],
  ['a wrong value in a map', z.map(z.string(), z.int()), new Map([['a', 'b']]), 'Send a number.'],
  ['a value of none of the forms', z.union([z.string(), z.int()]), [], /forms that the OpenAPI document gives/],
  ['a value that a rule refuses', z.string().refine(() => false), 'x', 'This value is not taken here.'],
])("%s is explained without zod's own words", (_what, schema: z.ZodType, wrong: unknown, message) => {
  const { error } = schema.safeParse(wrong, { error: explainFault });
  expect(error?.issues.map((issue) => issue.message)).toEqual([
    message instanceof RegExp ? expect.stringMatching(message) : message,
  ]);
});
