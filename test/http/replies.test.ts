import { Readable } from 'node:stream';
import request from 'supertest';
import { expect, test } from 'vitest';
import { defineRoute, type Reply } from '../../src/http/route.ts';
import { problemOf } from '../support/replies.ts';
import { smallApp } from './small-app.ts';

const streams: Readable[] = [];

function streamed(...parts: string[]): Readable {
  const stream = Readable.from(parts.map((part) => Buffer.from(part)));
  streams.push(stream);
  return stream;
}

function failing(parts: string[]): Readable {
  return Readable.from(
    (function* () {
      yield* parts.map((part) => Buffer.from(part));
      throw new Error('the bucket is gone');
    })(),
  );
}

const replies: Record<string, () => Reply> = {
  json: () => ({ status: 200, body: { caption: 'Meer – größer' }, etag: '7.abc' }),
  created: () => ({ status: 201, body: null, etag: '1.a', headers: { Location: '/x' } }),
  page: () => ({ status: 200, html: '<p>hello' }),
  text: () => ({ status: 200, text: 'plain' }),
  bytes: () => ({ status: 200, bytes: Buffer.from([1, 2, 3]), type: 'image/jpeg' }),
  stream: () => ({
    status: 200,
    bytes: streamed('ab', 'cd'),
    type: 'image/jpeg',
    etag: 's',
    headers: { 'Content-Length': '4' },
  }),
  'empty-stream': () => ({ status: 200, bytes: streamed(), type: 'image/jpeg' }),
  'never-starts': () => ({ status: 200, bytes: failing([]), type: 'image/jpeg' }),
  'breaks-off': () => ({ status: 200, bytes: failing(['ab']), type: 'image/jpeg' }),
  nothing: () => ({ status: 204 }),
  part: () => ({ status: 206, bytes: streamed('b'), type: 'image/jpeg', etag: 's' }),
  known: () => ({ status: 304, etag: 'k' }),
  media: () => ({
    status: 200,
    text: '',
    headers: { 'Cache-Control': 'private, max-age=60', 'Content-Security-Policy': 'sandbox' },
  }),
};

const { app, entries } = smallApp([
  ...Object.entries(replies).map(([name, handle]) =>
    defineRoute({ method: 'get', path: `/${name}`, summary: name, access: 'public', replies: {}, handle }),
  ),
  defineRoute({
    method: 'post',
    path: '/json',
    summary: 'x',
    access: 'public',
    replies: {},
    handle: () => ({ status: 204 }),
  }),
]);

test('every reply carries a request id of its own, its length and the security headers', async () => {
  const first = await request(app).get('/json').expect(200);
  const second = await request(app).get('/json').set('X-Request-Id', 'mine').expect(200);
  expect(first.headers['x-request-id']).toMatch(/^[\da-f-]{36}$/);
  expect(second.headers['x-request-id']).not.toBe(first.headers['x-request-id']);
  expect(first.headers).toMatchObject({
    'content-type': 'application/json; charset=utf-8',
    'content-length': '31',
    etag: '"7.abc"',
    'cache-control': 'private, no-cache',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
  });
  expect(first.headers).not.toHaveProperty('x-powered-by');
  expect(first.headers['content-security-policy']).toContain("script-src 'self';");
  expect(first.headers['content-security-policy']).not.toContain('unsafe');
});

test('pages, text and bytes go out with their types', async () => {
  await request(app).get('/page').expect(200, '<p>hello').expect('content-type', 'text/html; charset=utf-8');
  await request(app).get('/text').expect(200, 'plain').expect('content-type', 'text/plain; charset=utf-8');
  const { body } = await request(app).get('/bytes').expect(200).expect('content-length', '3');
  expect(body).toEqual(Buffer.from([1, 2, 3]));
});

test('a reply may bring its own cache rule and policy', async () => {
  const { headers } = await request(app).get('/media').expect(200);
  expect(headers).toMatchObject({ 'cache-control': 'private, max-age=60', 'content-security-policy': 'sandbox' });
});

test.each(['"7.abc"', 'W/"7.abc"', '"x", "7.abc"', '*'])('If-None-Match: %s gives 304 without a body', async (tag) => {
  const answer = await request(app).get('/json').set('If-None-Match', tag).expect(304);
  expect(answer.text).toBe('');
  expect(answer.headers['etag']).toBe('"7.abc"');
  expect(answer.headers).not.toHaveProperty('content-type');
});

test('another tag, or none at all, gives the whole thing', async () => {
  await request(app).get('/json').set('If-None-Match', '"7.abd"').expect(200);
  await request(app).get('/json').set('If-None-Match', '7.abc').expect(200);
  await request(app).get('/created').set('If-None-Match', '*').expect(201);
});

test('HEAD gives the head of GET', async () => {
  const answer = await request(app).head('/json').expect(200);
  expect(answer.headers).toMatchObject({ 'content-length': '31', etag: '"7.abc"' });
  await request(app).head('/json').set('If-None-Match', '"7.abc"').expect(304);
});

test('a stream is sent, and closed where the request wants no body', async () => {
  streams.length = 0;
  await request(app).get('/stream').expect(200, Buffer.from('abcd')).expect('content-length', '4');
  await request(app).head('/stream').expect(200).expect('content-length', '4');
  await request(app).get('/stream').set('If-None-Match', '"s"').expect(304);
  await request(app).get('/empty-stream').expect(200, Buffer.alloc(0));
  expect(streams.map((stream) => stream.destroyed)).toEqual([true, true, true, true]);
});

test('a stream that never starts is a problem, one that breaks off breaks the connection', async () => {
  const problem = problemOf(await request(app).get('/never-starts').expect(500));
  expect(problem.code).toBe('internal');
  entries.length = 0;
  await expect(request(app).get('/breaks-off')).rejects.toThrow(/aborted|hang up/);
  const err = expect.objectContaining({ message: 'the bucket is gone' });
  expect(entries).toContainEqual(expect.objectContaining({ severity: 'ERROR', err }));
});

test('a part of an unchanged thing is not sent either', async () => {
  await request(app).get('/part').set('If-None-Match', '"t"').expect(206, Buffer.from('b'));
  await request(app).get('/part').set('If-None-Match', '"s"').expect(304);
});

test.each([
  [204, '/nothing'],
  [304, '/known'],
])('%i has neither body nor length', async (status, path) => {
  const { headers, text } = await request(app).get(path).expect(status);
  expect(headers).not.toHaveProperty('content-length');
  expect(text).toBe('');
});

test('another method on a known path is told which ones there are', async () => {
  const problem = problemOf(await request(app).delete('/json').expect(405).expect('allow', 'GET, HEAD, OPTIONS, POST'));
  expect(problem.code).toBe('method-not-allowed');
  await request(app).options('/json').expect(204).expect('allow', 'GET, HEAD, OPTIONS, POST');
});

test('the log has one line for a request, without its query', async () => {
  entries.length = 0;
  const { headers } = await request(app).get('/json?token=s3cret').set('X-Cloud-Trace-Context', 'zz/1').expect(200);
  expect(entries).toEqual([
    expect.objectContaining({
      severity: 'INFO',
      requestId: headers['x-request-id'],
      message: expect.stringMatching(/^GET \/json 200 [\d.]+ ms$/),
      httpRequest: expect.objectContaining({ requestMethod: 'GET', requestUrl: '/json', status: 200 }),
    }),
  ]);
});
