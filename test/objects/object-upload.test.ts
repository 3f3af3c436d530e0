import { Storage } from '@google-cloud/storage';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, expect, test } from 'vitest';
import { createDirectUploads } from '../../src/objects/direct-uploads.ts';
import { startUpload, uploadWhole } from '../../src/objects/object-upload.ts';

/** A bucket that only listens: what came last, head and body. */
async function listen(status = 200) {
  const seen: { request?: IncomingMessage; body?: string } = {};
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    Object.assign(seen, { request, body: await text(request) });
    response.writeHead(status).end(JSON.stringify({ size: '5', crc32c: 'AAAAAA==', generation: '1' }));
  };
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  afterAll(() => server.close().closeAllConnections());
  return { seen, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const HEAD = { type: 'image/jpeg', cacheControl: 'private' };
const withToken = { getRequestHeaders: async () => Promise.resolve(new Headers({ Authorization: 'Bearer token' })) };

function fileAt(apiEndpoint: string, options: object = {}) {
  return new Storage({ projectId: 'test', apiEndpoint, ...options }).bucket('photos').file('some/näme');
}

test('an object goes out create-only under its own name, with what it says of itself', async () => {
  const { seen, url } = await listen();
  const upload = await startUpload(fileAt(url), HEAD);
  await upload.write(Buffer.from('bytes'));
  expect(await upload.finish()).toEqual({ size: 5, crc32c: 'AAAAAA==', md5: null, generation: '1' });
  const { pathname, searchParams } = new URL(seen.request?.url ?? '', url);
  expect(pathname).toBe('/upload/storage/v1/b/photos/o');
  expect(Object.fromEntries(searchParams)).toEqual({
    uploadType: 'multipart',
    name: 'some/näme',
    ifGenerationMatch: '0',
  });
  const boundary = /^multipart\/related; boundary=(.+)$/.exec(seen.request?.headers['content-type'] ?? '')?.[1];
  expect(seen.body?.split(`--${boundary}`)).toEqual([
    '',
    `\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n${JSON.stringify({ contentType: HEAD.type, cacheControl: HEAD.cacheControl })}\r\n`,
    '\r\nContent-Type: image/jpeg\r\n\r\nbytes\r\n',
    '--\r\n',
  ]);
});

test('the token of the client goes along where the client would send it, and nowhere else', async () => {
  const { seen, url } = await listen();
  await uploadWhole(
    fileAt(url, { authClient: withToken, useAuthWithCustomEndpoint: true }),
    HEAD,
    Buffer.from('bytes'),
  );
  expect(seen.request?.headers.authorization).toBe('Bearer token');
  await uploadWhole(fileAt(url, { authClient: withToken }), HEAD, Buffer.from('bytes'));
  expect(seen.request?.headers.authorization).toBeUndefined();
});

test('a name that is taken is told, and any other refusal is a failure', async () => {
  expect(await uploadWhole(fileAt((await listen(412)).url), HEAD, Buffer.from('bytes'))).toBe(false);
  await expect(uploadWhole(fileAt((await listen(503)).url), HEAD, Buffer.from('bytes'))).rejects.toMatchObject({
    code: 'unavailable',
  });
});

/** A bucket that resets the connection in the middle of each reply. */
async function resetting() {
  let resets = 0;
  const server = createServer((request, response) => {
    request.socket.once('close', () => (resets += 1));
    request.resume().on('end', () => {
      response.writeHead(200, { 'Content-Length': 100 });
      response.write('{"half', () => response.socket?.resetAndDestroy());
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  afterAll(() => server.close().closeAllConnections());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, resets: () => resets };
}

test('a connection that is reset in the middle of a reply ends neither the process nor leaves it without words', async () => {
  const { url, resets } = await resetting();
  const unavailable = { code: 'unavailable' };
  await expect(uploadWhole(fileAt(url), HEAD, Buffer.from('bytes'))).rejects.toMatchObject(unavailable);
  const upload = await startUpload(fileAt(url), HEAD);
  await upload.write(Buffer.from('bytes'));
  await expect(upload.finish()).rejects.toMatchObject(unavailable);
  const sessions = createDirectUploads(fileAt(url).bucket);
  expect(await sessions.ask(`${url}/session`, 5)).toEqual({ kind: 'finished' });
  await sessions.cancel(`${url}/session`);
  // The rest of those replies breaks after the calls have returned.
  await expect.poll(() => resets()).toBe(5);
});
