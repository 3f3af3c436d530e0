import { once } from 'node:events';
import * as http from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parseKeys } from '../../src/signing/keys.ts';
import { sessionProxy, throughApp } from '../../src/features/uploads/session-proxy.ts';
import { smallApp } from '../http/small-app.ts';
import { picture } from '../support/picture.ts';
import { startWorld } from '../support/world.ts';
import { open, put, QUANTUM } from './phone.ts';

const world = await startWorld();
const { host, port } = { host: '127.0.0.1', port: Number(new URL(world.appUrl).port) };

/** Sends a request line as it is, which no client of Node would, and returns the whole answer. */
async function raw(line: string, body = 'stolen'): Promise<string> {
  const socket = connect(port, host);
  const head = [`${line} HTTP/1.1`, `Host: localhost:${port}`, `Content-Length: ${body.length}`, 'Connection: close'];
  // Not `end`: the app would see a client that hangs up.
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  return text(socket);
}

/** A server that must never be called, and how often it was. */
async function bystander() {
  let calls = 0;
  const server = http.createServer((_request, response) => void ((calls += 1), response.end('internal secret')));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void (server.closeAllConnections(), server.close()));
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, calls: () => calls };
}

describe('the proxy of upload sessions', () => {
  test('the route to upload sessions sends nothing to another host, bucket, object or session, however the address is spelt', async () => {
    const ana = await world.user();
    const bytes = await picture({ bytes: 2 * QUANTUM });
    const [mine, other] = [await open(ana, bytes), await open(ana, bytes)];
    const { pathname, search, searchParams } = new URL(mine.sessionUrl);
    const changed = (name: string, value: string) => {
      const parameters = new URLSearchParams(searchParams);
      parameters.set(name, value);
      return `${pathname}?${parameters.toString()}`;
    };
    const without = (name: string) => {
      const parameters = new URLSearchParams(searchParams);
      parameters.delete(name);
      return `${pathname}?${parameters.toString()}`;
    };
    const { address, calls } = await bystander();
    const otherId = new URL(other.sessionUrl).searchParams.get('upload_id') ?? '';
    const before = await world.objects();

    for (const target of [
      `http://${address}${pathname}?upload_id=1`,
      `https://${address}${pathname}?upload_id=1`,
      `//${address}${pathname}${search}`,
      `/\\${address}${pathname}${search}`,
      `/\\/${address}${pathname}${search}`,
      `${pathname}?upload_id=1`,
      `${pathname}@${address}?upload_id=1`,
      pathname.replace('/photos/', '/elsewhere/') + search,
      pathname.replace('/photos/', '/..%2f..%2f/') + search,
      pathname.replace('/photos/', '/photos%2fo%2fother%3f/') + search,
      pathname.replace('/photos/', '/photos%0d%0aX-Evil:%201/') + search,
      changed('name', 'originals/planted'),
      changed('name', 'a\r\nHost: evil.example'),
      changed('uploadType', 'media'),
      changed('upload_id', otherId),
      changed('upload_id', `${searchParams.get('upload_id')}\r\nX-Evil: 1`),
      without('door'),
      without('name'),
      changed('door', 'A'.repeat(27)),
      changed('door', ''),
    ]) {
      for (const method of ['PUT', 'DELETE']) {
        const answer = await raw(`${method} ${target}`);
        expect(answer, `${method} ${target}`).toMatch(/^HTTP\/1\.1 404 /);
        expect(answer).toContain('"code":"not-found"');
        expect(answer).not.toContain('internal secret');
      }
    }
    // What breaks the request line is no request, or one without a session.
    for (const line of [`PUT ${pathname}\r\nX: y ${search}`, `PUT ${pathname}${search} evil`]) {
      expect(await raw(line)).toMatch(/^HTTP\/1\.1 40[04] /);
    }

    expect(calls()).toBe(0);
    expect(await world.objects()).toEqual(before);
    // Neither session has lost or got a byte.
    for (const { sessionUrl } of [mine, other]) {
      expect(await put(sessionUrl, Buffer.alloc(0), `bytes */${bytes.length}`)).toMatchObject({ status: 308, kept: 0 });
    }
  });

  test('the route to upload sessions sends a known session to the configured bucket, whatever host its address names', async () => {
    const ana = await world.user();
    const bytes = await picture({ bytes: 2 * QUANTUM });
    const { sessionUrl } = await open(ana, bytes);
    const { pathname, search } = new URL(sessionUrl);
    const { address, calls } = await bystander();

    const answer = await raw(`PUT http://${address}${pathname}${search}&userProject=x&upload_id=2`, '');

    // The bucket has got an empty PUT: it knows the session.
    expect(answer).toMatch(/^HTTP\/1\.1 (308|400) /);
    expect(answer).not.toContain('internal secret');
    expect(calls()).toBe(0);
  });
});

const signingKeys = parseKeys('a secret of thirty-two characters or more');
const SESSION = '/upload/storage/v1/b/photos/o?uploadType=resumable&name=n&upload_id=1';

/** An app with the proxy alone, before a bucket that answers as the test says. */
async function proxyTo(bucket: http.RequestListener, idleMs = 60_000): Promise<string> {
  const listen = async (listener: http.RequestListener) => {
    const server = http.createServer(listener).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void (server.closeAllConnections(), server.close()));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const endpoint = await listen(bucket);
  const { app } = smallApp(sessionProxy({ signingKeys, endpoint, idleMs }));
  return throughApp({ signingKeys }, endpoint + SESSION, await listen(app));
}

/** Sends an empty PUT, and gives the answer before any of its body is read. */
async function answerOf(url: string, headers: http.OutgoingHttpHeaders = {}): Promise<http.IncomingMessage> {
  const [response] = (await once(http.request(url, { method: 'PUT', agent: false, headers }).end(), 'response')) as [
    http.IncomingMessage,
  ];
  onTestFinished(() => void response.destroy());
  return response;
}

describe('an answer of the bucket', () => {
  test('an answer of the bucket reaches the client while the bucket still speaks', async () => {
    const heard = Promise.withResolvers<void>();
    const url = await proxyTo((_request, response) => {
      response.write('first ');
      void heard.promise.then(() => response.end('last'));
    });

    const answer = await answerOf(url);
    const [first] = (await once(answer, 'data')) as [Buffer];
    heard.resolve();

    expect(String(first)).toBe('first ');
    expect(await text(answer)).toBe('last');
  });

  test('an answer of the bucket waits while the client does not read, and breaks off after a bounded time', async () => {
    const MIB = 2 ** 20;
    const offered = 1024 * MIB;
    const stopped = Promise.withResolvers<number>();
    const url = await proxyTo((request, response) => {
      let written = 0;
      const write = () => {
        while (written < offered && response.write(Buffer.alloc(MIB))) written += MIB;
        if (written >= offered) response.end();
      };
      response.on('drain', write).on('close', () => stopped.resolve(written));
      request.resume();
      write();
    }, 500);

    const answer = await answerOf(url);
    answer.pause();

    // What the buffers of four sockets hold; a proxy that gathers would have taken all of it.
    expect(await stopped.promise).toBeLessThan(128 * MIB);
  });

  test('a missing answer of the bucket is reported after a bounded time', async () => {
    const url = await proxyTo(() => {}, 200);
    const answer = await answerOf(url);
    expect(answer.statusCode).toBe(503);
    expect(JSON.parse(await text(answer))).toMatchObject({ code: 'unavailable', retryable: true });
  });

  test('an answer of the bucket brings along only the headers of an upload, as does the request', async () => {
    let asked: http.IncomingHttpHeaders = {};
    const url = await proxyTo((request, response) => {
      asked = request.headers;
      response.writeHead(308, { Range: 'bytes=0-9', 'Set-Cookie': 'a=b', 'Access-Control-Allow-Origin': '*' }).end();
    });

    const answer = await answerOf(url, {
      'Content-Range': 'bytes */20',
      Cookie: 'session=secret',
      Authorization: 'Bearer secret',
      'X-Forwarded-For': '1.2.3.4',
    });

    expect(answer.statusCode).toBe(308);
    expect(answer.headers).toMatchObject({ range: 'bytes=0-9', 'content-length': '0' });
    expect(Object.keys(answer.headers)).not.toContain('set-cookie');
    expect(Object.keys(answer.headers)).not.toContain('access-control-allow-origin');
    expect(asked).toMatchObject({ 'content-range': 'bytes */20' });
    expect(Object.keys(asked).sort()).toEqual(['connection', 'content-length', 'content-range', 'host']);
  });
});
