import express from 'express';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { endWhileReceiving, type LingerLimits } from '../../src/http/replies/linger.ts';
import { listen, openUpload, type Listening } from './forms.ts';

const KIB = 2 ** 10;
let app: Listening;
afterEach(() => app.close());

async function start(limits: LingerLimits): Promise<void> {
  const refuse = express().use((request, response) => {
    const body = Buffer.from('no');
    response.setHeader('Content-Length', body.length);
    endWhileReceiving(request, response, body, limits);
  });
  app = await listen(refuse);
}

test('the reply comes at once, and the connection ends after the body', async () => {
  await start({ bytes: KIB * KIB, ms: 60_000 });
  const { socket, answer } = openUpload(app, 100 * KIB);
  expect(await answer()).toMatch(/^HTTP\/1\.1 200 OK\r\n.*Connection: close\r\n.*no$/s);
  socket.write(Buffer.alloc(100 * KIB));
  await once(socket.resume(), 'end');
});

test('a client that sends too much is cut off', async () => {
  await start({ bytes: KIB, ms: 60_000 });
  const { socket, answer } = openUpload(app, 100 * KIB);
  await answer();
  // Unread bytes may make it a reset by then.
  const closed = new Promise((resolve) => socket.on('error', resolve).on('close', resolve));
  socket.resume().write(Buffer.alloc(2 * KIB));
  await closed;
});

test('a client that sends nothing more is cut off', async () => {
  await start({ bytes: KIB, ms: 20 });
  const { socket, answer } = openUpload(app, 100 * KIB);
  await answer();
  await once(socket.resume(), 'end');
});

test('a client that has little left to send keeps its connection', async () => {
  await start({ bytes: KIB, ms: 60_000 });
  const { socket, answer } = openUpload(app, 2);
  expect(await answer()).toContain('Connection: keep-alive');
  socket.write('hiGET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  expect(await answer()).toMatch(/no$/);
});
