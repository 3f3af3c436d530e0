import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { openConsole } from './console-client.ts';
import { temporaryFolder } from './whole/cloud-process.ts';
import { startForFile, startInFolder } from './whole/in-thread.ts';

const cloud = await startForFile({ console: { port: 0 } });
const { address, cookie } = await openConsole(cloud);

const get = (path: string, headers: Record<string, string> = { Cookie: cookie }) =>
  fetch(new URL(path, address), { headers, redirect: 'manual' });

const post = (path: string, headers: Record<string, string>) =>
  fetch(new URL(path, address), { method: 'POST', headers, body: new URLSearchParams(), redirect: 'manual' });

/** By a socket, as `fetch` sends no other Host. */
async function statusForHost(host: string): Promise<{ status: number | undefined; said: string }> {
  const call = request({ host: '127.0.0.1', port: address.port, path: '/', headers: { Host: host, Cookie: cookie } });
  const { promise, resolve } = Promise.withResolvers<{ status: number | undefined; said: string }>();
  call.on('response', (response) => void text(response).then((said) => resolve({ status: response.statusCode, said })));
  call.end();
  return promise;
}

test('the printed address opens the console once its token has become a cookie', async () => {
  const opening = await fetch(new URL(`/?token=${address.searchParams.get('token')}&of=x`, address), {
    redirect: 'manual',
  });
  expect(opening.status).toBe(303);
  expect(opening.headers.get('Location')).toBe('/?of=x');
  expect(opening.headers.get('Set-Cookie')).toMatch(/^console-\d+=[\w-]{32}; Path=\/; HttpOnly; SameSite=Strict$/);
  const page = await get('/');
  expect(page.status).toBe(200);
  expect(page.headers.get('Content-Security-Policy')).toContain(
    "default-src 'none'; script-src 'self'; style-src 'self'",
  );
  expect(page.headers.get('Cache-Control')).toBe('no-store');
  expect(page.headers.get('X-Frame-Options')).toBe('DENY');
  const markup = await page.text();
  expect(markup).toContain('Console of the local cloud');
  expect(markup).not.toMatch(/<script(?! type="module" src="\/console\.js">)|style=|\son\w+=/);
  for (const path of ['/console.css', '/console.js', '/console.svg']) expect((await get(path, {})).status).toBe(200);
});

test('a request without the token of this run gets a page that says where the address is printed', async () => {
  const stale = `${cookie.split('=')[0]}=${'x'.repeat(32)}`;
  const refused = [
    await get('/', {}),
    await get('/', { Cookie: stale }),
    await get('/?token=old'),
    await get('/live', {}),
  ];
  // The third one has the right cookie: a stale link does not close the console.
  expect(refused.map(({ status }) => status)).toEqual([403, 403, 200, 403]);
  const said = await refused[0]?.text();
  expect(said).toContain('The program prints the address when it starts');
  expect(said).not.toContain('href="/datastore"');
});

test('a change from a page of another origin is refused, also from this machine', async () => {
  const from = (headers: Record<string, string>) => post('/', { Cookie: cookie, ...headers });
  const own = { Origin: address.origin };
  const replies = [
    await from({}),
    await from({ Origin: 'http://evil.example' }),
    await from({ Origin: 'http://127.0.0.1:1' }),
    await from({ Origin: 'null' }),
    await from({ ...own, 'Sec-Fetch-Site': 'same-site' }),
    await post('/', own),
  ];
  expect(replies.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403, 403]);
  // The start page takes no form: the check of the origin has let this one through.
  expect((await from(own)).status).toBe(404);
});

test('a request for another host is refused, so that no other name can lead to the console', async () => {
  expect(await statusForHost('evil.example')).toMatchObject({
    status: 421,
    said: expect.stringContaining('localhost'),
  });
  expect(await statusForHost(`localhost:${address.port}`)).toMatchObject({ status: 200 });
});

test('an unknown path gets the page for it, and a malformed one does not end the console', async () => {
  expect((await get('/nothing')).status).toBe(404);
  const { promise, resolve } = Promise.withResolvers<number | undefined>();
  request({ port: address.port, host: '127.0.0.1', path: '//', headers: { Cookie: cookie } }, (response) => {
    response.resume();
    resolve(response.statusCode);
  }).end();
  expect(await promise).toBe(404);
  expect((await get('/')).status).toBe(200);
});

test('a second console takes a free port, unless its port was asked for', async () => {
  const port = Number(address.port);
  const second = await startInFolder(await temporaryFolder(), { console: { port, orFreePort: true } });
  const other = await openConsole(second);
  expect(other.address.port).not.toBe(address.port);
  expect((await other.get('/')).status).toBe(200);
  // Cookies do not tell ports apart: both consoles stay open.
  expect((await get('/', { Cookie: `${other.cookie}; ${cookie}` })).status).toBe(200);
  await expect(startInFolder(await temporaryFolder(), { console: { port } })).rejects.toThrow(
    /^The console cannot start: listen EADDRINUSE/,
  );
});
