import request from 'supertest';
import { expect, test } from 'vitest';
import { AppError } from '../../src/runtime/errors.ts';
import { defineRoute } from '../../src/http/route.ts';
import { renderProblemPage } from '../../src/features/web/pages/problem-page.ts';
import { problemOf } from '../support/replies.ts';
import { smallApp } from './small-app.ts';

const thrown: Record<string, () => unknown> = {
  full: () =>
    new AppError('quota-exceeded', 'The account has no room for <this>.', {
      extra: { quotaBytes: 5 },
      errors: [{ pointer: '/image', code: 'too-big', message: 'Too big & too wide.' }],
      headers: { 'Retry-After': '60' },
    }),
  unknown: () => new Error('connect ECONNREFUSED 10.0.0.7:5432'),
  storage: () => Object.assign(new Error('No such object'), { status: 404, code: 404 }),
  nothing: () => undefined,
};

const { app, entries } = smallApp(
  Object.entries(thrown).map(([name, error]) =>
    defineRoute({
      method: 'get',
      path: `/${name}/:id`,
      summary: name,
      access: 'public',
      replies: {},
      handle: () => Promise.reject(error() as Error),
    }),
  ),
  { renderProblem: renderProblemPage },
);

test('an error tells its code, its reason and the request id', async () => {
  const answer = await request(app).get('/full/1').expect(507).expect('content-type', 'application/problem+json');
  expect(answer.body).toEqual({
    type: 'urn:problem-type:photo-timeline:quota-exceeded',
    title: 'The account is full',
    status: 507,
    detail: 'The account has no room for <this>.',
    code: 'quota-exceeded',
    requestId: answer.headers['x-request-id'],
    errors: [{ pointer: '/image', code: 'too-big', message: 'Too big & too wide.' }],
    quotaBytes: 5,
  });
  expect(answer.headers).toMatchObject({ 'retry-after': '60', 'cache-control': 'no-store', vary: 'Accept' });
});

test.each(['unknown', 'storage', 'nothing'])('an unexpected error (%s) is written to the log only', async (name) => {
  entries.length = 0;
  const reply = await request(app).get(`/${name}/1`).expect(500);
  const problem = problemOf(reply);
  expect(problem).toMatchObject({ code: 'internal', retryable: true });
  expect(reply.text).not.toMatch(/ECONNREFUSED|No such object/);
  expect(entries[0]).toMatchObject({ severity: 'ERROR', code: 'internal', requestId: problem.requestId });
});

test('the log keeps the cause with its stack', async () => {
  entries.length = 0;
  await request(app).get('/unknown/1').expect(500);
  expect(entries[0]?.['err']).toMatchObject({ message: 'connect ECONNREFUSED 10.0.0.7:5432' });
});

test('an unknown address and a broken one are problems too', async () => {
  const problem = problemOf(await request(app).get('/nowhere').expect(404));
  expect(problem).toMatchObject({ code: 'not-found', status: 404 });
  const broken = await request(app).get('/full/%E0%A4%A').expect(400);
  expect(problemOf(broken).code).toBe('invalid-request');
});

test('a browser gets the same facts as a page, with nothing of them taken for HTML', async () => {
  const answer = await request(app)
    .get('/full/1')
    .set('Accept', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8')
    .expect(507)
    .expect('content-type', 'text/html; charset=utf-8');
  const { 'x-request-id': requestId } = answer.headers;
  for (const fact of ['The account is full', 'quota-exceeded', '507', requestId, 'no room for &#60;this&#62;.']) {
    expect(answer.text).toContain(fact);
  }
  expect(answer.text).not.toMatch(/<style|\sstyle=/);
});

test.each([undefined, '*/*', 'application/json', 'application/problem+json, text/html;q=0.5', 'image/webp'])(
  'a client that accepts %s gets JSON',
  async (accept) => {
    const call = request(app).get('/full/1');
    await (accept ? call.set('Accept', accept) : call).expect('content-type', 'application/problem+json');
  },
);

test('a problem has no body for HEAD', async () => {
  const { headers, text } = await request(app).head('/full/1').expect(507);
  expect(Number(headers['content-length'])).toBeGreaterThan(0);
  expect(text).toBeUndefined();
});
