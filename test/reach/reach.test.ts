import { createServer, request as requestHttp, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/app/config.ts';
import { OpenedUpload } from '../../src/features/uploads/schemas.ts';
import { checked } from '../support/checked.ts';
import { secondInstance } from '../support/second-instance.ts';
import { startWorld } from '../support/world.ts';
import { describeInChromium } from '../web/chromium.ts';

/** A web app that a developer serves from a port of its own. */
const webApp = createServer((_request, response) => {
  response.setHeader('Content-Type', 'text/html');
  response.end('<!doctype html><link rel="icon" href="data:,"><title>A web app</title>');
}).listen(0, 'localhost');
await once(webApp, 'listening');
const ORIGIN = `http://localhost:${(webApp.address() as AddressInfo).port}`;
afterAll(() => void webApp.close());

const world = await startWorld({
  env: { ALLOWED_HOSTS: '10.0.2.2', ALLOWED_ORIGINS: `${ORIGIN},https://app.example.org` },
});

/** Sends a request with any `Host`. */
async function ask(
  path: string,
  headers: Record<string, string>,
  { method = 'GET', url = world.appUrl, body = '' } = {},
) {
  const sent = requestHttp(new URL(path, url), { method, headers }).end(body);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: answer.statusCode, headers: answer.headers, text: await text(answer) };
}

describe('with the stand-in issuer', () => {
  test('the emulator and names of this machine are answered, and no other host', async () => {
    const status = async (headers: Record<string, string>) => (await ask('/v1/limits', headers)).status;
    for (const Host of ['10.0.2.2:8080', 'photos.localhost', 'localhost:1', '127.0.0.1', '[::1]:8080']) {
      expect({ Host, status: await status({ Host }) }).toEqual({ Host, status: 200 });
    }
    for (const Host of ['192.168.1.5:8080', 'photos.example.org', '10.0.2.20', 'localhost.example.org']) {
      expect({ Host, status: await status({ Host }) }).toEqual({ Host, status: 421 });
    }
    const tunnel = { Host: 'localhost', 'X-Forwarded-Host': 'photos.example.org' };
    expect(await status(tunnel)).toBe(421);
    expect(await status({ ...tunnel, 'X-Forwarded-Host': 'localhost:8080' })).toBe(200);
  });

  test('other hosts are refused at the start, with the way out', () => {
    expect(() => readConfig({ ALLOWED_HOSTS: 'photos.example.org' })).toThrow(
      /hosts set IDENTITY to pairing or to an issuer/,
    );
    expect(() => readConfig({ ALLOWED_HOSTS: 'http://10.0.2.2' })).toThrow(/hosts without ports/);
    expect(readConfig({ ALLOWED_HOSTS: '10.0.2.2, a.localhost' }).reach.allowedHosts).toEqual([
      '10.0.2.2',
      'a.localhost',
    ]);
    const real = { IDENTITY: 'oidc:https://id.example.org|photos', HOST: '0.0.0.0' };
    expect(readConfig(real).reach.allowedHosts).toBeUndefined();
    expect(readConfig({ ...real, ALLOWED_HOSTS: 'photos.local' }).reach.allowedHosts).toEqual(['photos.local']);
    for (const origin of ['*', 'app.example.org', 'https://app.example.org/', 'ftp://app.example.org']) {
      expect(() => readConfig({ ALLOWED_ORIGINS: origin })).toThrow(/ALLOWED_ORIGINS must be a list of origins/);
    }
  });

  test('an upload session that the emulator opens leads through the host that it knows', async () => {
    const token = await world.user('ana').then((user) => user.token);
    const headers = { Host: '10.0.2.2:8080', Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
    const body = JSON.stringify({ bytes: 1000, type: 'image/jpeg', sha256: 'ab'.repeat(32) });
    const opened = await ask('/v1/uploads', headers, { method: 'POST', body });
    const { sessionUrl } = checked(OpenedUpload, JSON.parse(opened.text));
    expect(sessionUrl).toMatch(/^http:\/\/10\.0\.2\.2:8080\/upload\//);
  });
});

test('an instance with an issuer answers only the hosts that are named, whatever the port is', async () => {
  const env = { IDENTITY: `oidc:${world.cloud.endpoints.issuer}|photos`, ALLOWED_HOSTS: 'photos.local' };
  const url = await secondInstance(world, {}, env);
  expect((await ask('/v1/limits', { Host: 'Photos.local:8080' }, { url })).status).toBe(200);
  expect((await ask('/v1/limits', { Host: 'photos.example.org' }, { url })).status).toBe(421);
});

describe('for scripts of web apps', () => {
  const preflight = (Origin: string) =>
    ask(
      '/v1/photos',
      { Origin, 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'authorization,if-match' },
      { method: 'OPTIONS' },
    );

  test('a preflight of an allowed origin opens the methods and headers, and that of another origin nothing', async () => {
    const { status, headers } = await preflight('https://app.example.org');
    expect({ status, origin: headers['access-control-allow-origin'] }).toEqual({
      status: 204,
      origin: 'https://app.example.org',
    });
    expect(headers['access-control-allow-methods']).toBe('GET,HEAD,POST,PUT,PATCH,DELETE');
    expect(headers['access-control-allow-headers']).toBe('authorization,if-match');
    expect(headers['access-control-allow-credentials']).toBeUndefined();
    expect(headers['vary']).toContain('Origin');
    for (const origin of ['https://evil.example', 'https://app.example.org:8443', 'null']) {
      const refused = await preflight(origin);
      expect(refused.headers['access-control-allow-origin']).toBeUndefined();
      expect(refused.headers['vary']).toContain('Origin');
    }
  });

  test('an options request that is no preflight tells the methods of an address', async () => {
    expect((await ask('/v1/photos', {}, { method: 'OPTIONS' })).headers['allow']).toBe('OPTIONS, POST');
  });

  test('replies and refusals expose the headers of the contract', async () => {
    for (const path of ['/v1/limits', '/v1/me']) {
      const { headers } = await ask(path, { Origin: ORIGIN });
      expect(headers['access-control-expose-headers']?.split(',')).toEqual(
        expect.arrayContaining(['ETag', 'Link', 'Location', 'Retry-After', 'RateLimit', 'RateLimit-Policy']),
      );
      expect(headers['access-control-expose-headers']?.split(',')).toEqual(
        expect.arrayContaining(['Idempotent-Replayed', 'X-Request-Id', 'Range']),
      );
    }
  });
});

describeInChromium('a web app of another origin in Chromium', { url: ORIGIN }, ({ open }) => {
  test('a web app of another origin signs in, uploads by a session and reads its photo', async () => {
    const page = await open();
    await page.goto('/');
    const seen = await page.evaluate(async (api) => {
      const json = { 'Content-Type': 'application/json' };
      const signIn = await fetch(`${api}/local/token`, { method: 'POST', headers: json, body: '{"name":"webby"}' });
      const { token } = (await signIn.json()) as { token: string };
      const headers = { ...json, Authorization: `Bearer ${token}` };
      const bytes = Uint8Array.from(atob('R0lGODlhAQABAIAAAAAAAP///yH5BAAAAAAALAAAAAABAAEAAAIBRAA7'), (char) =>
        char.charCodeAt(0),
      );
      const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
      const sha256 = Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
      const open = { bytes: bytes.length, type: 'image/gif', sha256 };
      const opened = await fetch(`${api}/v1/uploads`, { method: 'POST', headers, body: JSON.stringify(open) });
      const { id, sessionUrl } = (await opened.json()) as { id: string; sessionUrl: string };
      const asked = { method: 'PUT', headers: { 'Content-Range': `bytes */${bytes.length}` } };
      const before = await fetch(sessionUrl, asked);
      const sent = await fetch(sessionUrl, { method: 'PUT', body: bytes });
      const items = JSON.stringify({ items: [{ upload: id }] });
      const made = await fetch(`${api}/v1/photos/batch`, { method: 'POST', headers, body: items });
      const { results } = (await made.json()) as { results: { status: number; photo: { id: string } }[] };
      const read = await fetch(`${api}/v1/photos/${results[0]?.photo.id}`, { headers });
      const photo = (await read.json()) as { variants: { thumb: { url: string } } };
      const thumb = await fetch(new URL(photo.variants.thumb.url, api));
      return {
        statuses: [signIn, opened, before, sent, made, read].map(({ status }) => status),
        etag: read.headers.get('ETag') !== null,
        requestId: read.headers.get('X-Request-Id') !== null,
        rates: read.headers.get('RateLimit-Policy') !== null,
        thumb: thumb.headers.get('Content-Type'),
      };
    }, world.appUrl);
    expect(seen).toEqual({
      statuses: [200, 201, 308, 200, 200, 200],
      etag: true,
      requestId: true,
      rates: true,
      thumb: 'image/jpeg',
    });
  });
});
