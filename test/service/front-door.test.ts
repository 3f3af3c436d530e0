import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { startupGate } from '../../src/app/startup-gate.ts';

async function openDoor() {
  const app = Promise.withResolvers<RequestListener>();
  const server = createServer(startupGate(app.promise)).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, open: app.resolve };
}

test('the process is alive before its app is there', async () => {
  const { url } = await openDoor();
  const reply = await fetch(`${url}/healthz`);
  expect([reply.status, await reply.text()]).toEqual([200, 'ok\n']);
  expect(reply.headers.get('x-request-id')).toMatch(/./);
});

test('a request that arrives before the app is loaded waits for it with its bytes', async () => {
  const { url, open } = await openDoor();
  const early = fetch(`${url}/v1/photos`, { method: 'POST', body: 'a picture' });
  // Its request has arrived when one that was sent after it has been answered.
  await (await fetch(`${url}/healthz`)).text();
  open((request, response) => void request.pipe(response));
  expect(await (await early).text()).toBe('a picture');
});

test('all requests are for the app once it is there', async () => {
  const { url, open } = await openDoor();
  open((_request, response) => void response.end('from the app'));
  expect(await (await fetch(`${url}/healthz`)).text()).toBe('from the app');
});
