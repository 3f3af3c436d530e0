import { get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { AppError } from '../../src/runtime/errors.ts';
import { defineRoute, type Reply, type ReplyShape } from '../../src/http/route.ts';
import { smallApp } from './small-app.ts';

const WORDS = Array.from({ length: 400 }, (_, index) => `photo ${index % 7} of the lake`);
const LONG = Array.from({ length: 6_000 }, (_, index) => `photo ${index} of the lake`);
const KEPT = Buffer.from(JSON.stringify({ kept: WORDS }));
const PICTURE = Buffer.alloc(5_000, 'pixels');

const replies: Record<string, { shape?: ReplyShape; reply: () => Reply }> = {
  json: { reply: () => ({ status: 200, body: WORDS, etag: '7.abc' }) },
  long: { reply: () => ({ status: 200, body: LONG, etag: '8.abc' }) },
  page: { reply: () => ({ status: 200, html: WORDS.join('<p>') }) },
  small: { reply: () => ({ status: 200, body: 'small', etag: '1.a' }) },
  kept: { reply: () => ({ status: 200, bytes: KEPT, type: 'application/json', etag: '9.k' }) },
  style: {
    reply: () => ({
      status: 200,
      bytes: KEPT,
      type: 'text/css; charset=utf-8',
      etag: 's',
      headers: { 'Cache-Control': 'public, max-age=31536000, immutable' },
    }),
  },
  picture: { shape: 'image/*', reply: () => ({ status: 200, bytes: PICTURE, type: 'image/jpeg', etag: 'p' }) },
  varying: { reply: () => ({ status: 200, body: WORDS, headers: { Vary: 'Accept' } }) },
  nothing: { reply: () => ({ status: 204 }) },
  known: { reply: () => ({ status: 304, etag: '7.abc' }) },
  refused: {
    reply: () => {
      throw new AppError('not-found', WORDS.join(' '));
    },
  },
};

const routes = Object.entries(replies).map(([name, { shape = 'application/json', reply }]) =>
  defineRoute({
    method: 'get',
    path: `/${name}`,
    summary: name,
    access: 'public',
    replies: { 200: shape },
    handle: reply,
  }),
);

/** Node's own client: others ask for compressed replies themselves and unpack them. */
function serve(compresses: boolean) {
  const server = smallApp(routes, { compresses }).app.listen(0);
  afterAll(() => void server.close());
  return async (path: string, headers: Record<string, string> = {}, method = 'GET') => {
    const { port } = server.address() as AddressInfo;
    const response = await new Promise<IncomingMessage>((resolve, reject) =>
      get({ port, path, headers, method, agent: false }, resolve).on('error', reject),
    );
    return { status: response.statusCode, headers: response.headers, bytes: await buffer(response) };
  };
}

const ask = serve(true);
const askBehindFrontEnd = serve(false);
const codingOf = async (path: string, accepted: string, more = {}) =>
  (await ask(path, { 'Accept-Encoding': accepted, ...more })).headers['content-encoding'] ?? 'identity';

describe('Accept-Encoding', () => {
  test.each([
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip, deflate', 'gzip'],
    ['br;q=0.5, gzip', 'gzip'],
    ['br;q=0, *', 'gzip'],
    ['*', 'br'],
    ['*;q=0', 'identity'],
    ['identity', 'identity'],
    ['identity, gzip;q=0.5', 'identity'],
    ['identity;q=0', 'identity'],
    ['gzip;q=0.000', 'identity'],
    ['GZIP', 'gzip'],
    ['deflate, zstd', 'identity'],
    ['', 'identity'],
    [';q=,,"', 'identity'],
  ])('%s gets %s', async (accepted, coding) => {
    expect(await codingOf('/json', accepted)).toBe(coding);
  });

  test('a small reply is sent plain, unless the request refuses the plain form', async () => {
    expect(await codingOf('/small', 'gzip, br')).toBe('identity');
    expect(await codingOf('/small', 'gzip, identity;q=0')).toBe('gzip');
  });

  test('a request without the header gets the plain form', async () => {
    expect((await ask('/json')).headers).not.toHaveProperty('content-encoding');
  });
});

test.each(['/json', '/long', '/page', '/kept', '/style', '/refused'])(
  'GET %s has the same content in each coding, with its length',
  async (path) => {
    const plain = await ask(path);
    const unpack = { br: brotliDecompressSync, gzip: gunzipSync };
    for (const coding of ['br', 'gzip'] as const) {
      const { status, headers, bytes } = await ask(path, { 'Accept-Encoding': coding });
      expect([status, headers['content-encoding']]).toEqual([plain.status, coding]);
      expect(Number(headers['content-length'])).toBe(bytes.length);
      expect(bytes.length).toBeLessThan(plain.bytes.length / 4);
      const text = unpack[coding](bytes).toString();
      const withoutId = (json: string) => json.replace(/"requestId":"[^"]+"/, '');
      expect(withoutId(text)).toBe(withoutId(plain.bytes.toString()));
    }
  },
);

test('the entity tag of a compressed reply ends in its coding, and If-None-Match takes each of them', async () => {
  for (const [coding, tag] of [
    ['identity', '"7.abc"'],
    ['br', '"7.abc-br"'],
    ['gzip', '"7.abc-gzip"'],
  ] as const) {
    const { headers } = await ask('/json', { 'Accept-Encoding': coding });
    expect(headers['etag']).toBe(tag);
    for (const accepted of ['br', 'gzip', 'identity']) {
      for (const path of ['/json', '/known']) {
        const again = await ask(path, { 'If-None-Match': `"other", W/${tag}`, 'Accept-Encoding': accepted });
        expect([again.status, again.headers['etag'], again.bytes.length]).toEqual([304, tag, 0]);
        expect(again.headers['vary']).toBe('Accept-Encoding');
        expect(again.headers).not.toHaveProperty('content-encoding');
      }
    }
  }
  expect((await ask('/json', { 'If-None-Match': '"7.ab-br", "7.abc-zip"' })).status).toBe(200);
});

test('a HEAD has the head of the compressed GET', async () => {
  const headers = { 'Accept-Encoding': 'gzip' };
  const [got, head] = [await ask('/json', headers), await ask('/json', headers, 'HEAD')];
  for (const name of ['content-encoding', 'content-length', 'content-type', 'etag', 'vary']) {
    expect(head.headers[name]).toBe(got.headers[name]);
  }
  expect(head.bytes.length).toBe(0);
});

test('a picture is never compressed, and does not vary with Accept-Encoding', async () => {
  const { headers, bytes } = await ask('/picture', { 'Accept-Encoding': 'br, identity;q=0' });
  expect(headers).not.toHaveProperty('content-encoding');
  expect(headers).not.toHaveProperty('vary');
  expect(headers['etag']).toBe('"p"');
  expect(bytes.equals(PICTURE)).toBe(true);
});

test('Vary names Accept-Encoding beside what a route names itself, whichever form is sent', async () => {
  for (const coding of ['br', 'identity']) {
    const { headers } = await ask('/varying', { 'Accept-Encoding': coding });
    expect(headers['vary']?.split(', ').toSorted()).toEqual(['Accept', 'Accept-Encoding']);
  }
});

test('a reply without a body has no coding', async () => {
  const { status, headers } = await ask('/nothing', { 'Accept-Encoding': 'br' });
  expect(status).toBe(204);
  expect(headers).not.toHaveProperty('content-encoding');
});

test('a request with a cookie that another site has made a browser send gets no compressed reply', async () => {
  const cookie = { Cookie: 'session=x' };
  for (const path of ['/json', '/page', '/refused']) {
    expect(await codingOf(path, 'br', { ...cookie, 'Sec-Fetch-Site': 'cross-site' })).toBe('identity');
    expect(await codingOf(path, 'br', { ...cookie, 'Sec-Fetch-Site': 'same-site' })).toBe('identity');
    expect(await codingOf(path, 'br', { ...cookie, 'Sec-Fetch-Site': 'same-origin' })).toBe('br');
    expect(await codingOf(path, 'br', { ...cookie, 'Sec-Fetch-Site': 'none' })).toBe('br');
    expect(await codingOf(path, 'br', { 'Sec-Fetch-Site': 'cross-site' })).toBe('br');
  }
});

test('where something in front compresses, nothing is compressed here', async () => {
  const { headers } = await askBehindFrontEnd('/json', { 'Accept-Encoding': 'br' });
  expect(headers).not.toHaveProperty('content-encoding');
  expect(headers).not.toHaveProperty('vary');
  expect(headers['etag']).toBe('"7.abc"');
});
