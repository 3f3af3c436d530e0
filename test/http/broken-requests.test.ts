import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createPort } from '../../src/app/startup-gate.ts';
import { answerBrokenRequests } from '../../src/http/replies/broken-requests.ts';
import { pageLinks } from '../../src/http/replies/link.ts';
import { defineRoute, type Route } from '../../src/http/route.ts';
import { createLog } from '../../src/runtime/log.ts';
import { logEntry, type LogEntry } from '../support/log-lines.ts';
import { smallApp } from './small-app.ts';

const route = (method: 'get' | 'post', path: string, handle: Route['handle']) =>
  defineRoute({ method, path, summary: 'A route.', access: 'public', replies: { 200: z.unknown() }, handle });

const { app, entries } = smallApp([
  route('get', '/', () => ({ status: 200, text: 'served' })),
  route('post', '/', async ({ request }) => ({ status: 200, text: `served ${await text(request)}` })),
  route('get', '/list', ({ request }) => ({
    status: 200,
    text: request.headers.host ?? '',
    headers: pageLinks(request, { next: 'n' }),
  })),
]);

/** Says the first half of its answer at once to `/half`; all else the app answers. */
const server = createPort((request, response) => {
  if (request.url === '/half') response.writeHead(200, { 'Content-Length': 20 }).write('half of it');
  else app(request, response);
});
const refusals: LogEntry[] = [];
const write = (line: string) => void refusals.push(logEntry(line));
answerBrokenRequests(server, createLog({ level: 'info', destination: { write } }));
server.listen(0, '127.0.0.1');
await once(server, 'listening');
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** All that comes back for these bytes, after which the client says that it has no more. */
async function answerTo(bytes: string): Promise<string> {
  const socket = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', allowHalfOpen: true });
  socket.end(bytes);
  return text(socket);
}

interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

function parseAnswer(answer: string): Answer {
  const end = answer.indexOf('\r\n\r\n');
  const [first = '', ...lines] = answer.slice(0, end).split('\r\n');
  const headers = lines.map((line) => [line.split(':', 1)[0]?.toLowerCase(), line.slice(line.indexOf(':') + 2)]);
  return {
    status: Number(first.split(' ')[1]),
    headers: Object.fromEntries(headers) as Record<string, string>,
    body: answer.slice(end + 4),
  };
}

const POST = 'POST / HTTP/1.1\r\nHost: localhost\r\n';
const GET = 'GET / HTTP/1.1\r\n';
const LONG = `X-Long: ${'x'.repeat(70_000)}\r\n`;
const HEADERS = ['x-request-id', 'strict-transport-security', 'x-content-type-options', 'content-security-policy'];

const BROKEN: [string, string, number, string][] = [
  ['no HTTP', 'hello\r\n\r\n', 400, 'invalid-request'],
  ['a negative length', `${POST}Content-Length: -5\r\n\r\n`, 400, 'invalid-request'],
  ['two lengths', `${POST}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nhello`, 400, 'invalid-request'],
  ['an endless header', `${POST}${LONG}\r\n`, 431, 'headers-too-large'],
  ['less than announced', `${POST}Content-Length: 50\r\n\r\nhello`, 400, 'upload-aborted'],
  ['no host', `${GET}\r\n`, 400, 'invalid-request'],
  ['two hosts', `${GET}Host: a\r\nHost: b\r\n\r\n`, 400, 'invalid-request'],
  ['the same host twice', `${GET}Host: a\r\nhost: a\r\n\r\n`, 400, 'invalid-request'],
  ['an empty host', `${GET}Host: \r\n\r\n`, 400, 'invalid-request'],
  ['a host that is a path', `${GET}Host: a/b\r\n\r\n`, 400, 'invalid-request'],
  ['a target of another scheme', 'GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n', 400, 'invalid-request'],
  ['a target without a host', 'GET http:///x HTTP/1.1\r\nHost: a\r\n\r\n', 400, 'invalid-request'],
  ['an unknown expectation', `${GET}Host: a\r\nExpect: the-unexpected\r\n\r\n`, 417, 'expectation-failed'],
  ['an unknown coding', `${POST}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`, 501, 'not-implemented'],
  ['an unknown coding before chunked', `${POST}Transfer-Encoding: x, chunked\r\n\r\n0\r\n\r\n`, 501, 'not-implemented'],
  ['a coding behind chunked', `${POST}Transfer-Encoding: chunked, x\r\n\r\n0\r\n\r\n`, 400, 'invalid-request'],
  ['CONNECT', 'CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n', 501, 'not-implemented'],
];

test.each(BROKEN)('%s is answered by a problem like every other', async (_, bytes, status, code) => {
  const answer = parseAnswer(await answerTo(bytes));
  expect(answer.status).toBe(status);
  expect(answer.headers).toMatchObject({
    'content-type': 'application/problem+json',
    'content-length': String(answer.body.length),
    'cache-control': 'no-store',
  });
  for (const name of HEADERS) expect(answer.headers).toHaveProperty(name);
  const requestId = answer.headers['x-request-id'];
  expect(JSON.parse(answer.body)).toMatchObject({ status, code, requestId });
  // The log has a line under that id, whichever of the two has refused it.
  const logged = () => [...entries, ...refusals].filter((entry) => entry['requestId'] === requestId);
  await expect.poll(logged).not.toEqual([]);
  // No client may raise an alarm.
  for (const entry of logged()) expect(entry).toMatchObject({ severity: 'INFO' });
});

describe('the connection', () => {
  test.each(BROKEN.filter(([what]) => /HTTP|length|header|coding|CONNECT/.test(what)))(
    'the connection is closed after %s',
    async (_, bytes) => {
      expect(parseAnswer(await answerTo(bytes)).headers['connection']).toBe('close');
    },
  );
});

test.each([
  ['an endless header', `HEAD / HTTP/1.1\r\nHost: a\r\n${LONG}\r\n`, 431],
  ['an endless header on a connection in use', `${GET}Host: a\r\n\r\nHEAD / HTTP/1.1\r\nHost: a\r\n${LONG}\r\n`, 431],
  ['no host', 'HEAD / HTTP/1.1\r\n\r\n', 400],
  ['two hosts', 'HEAD / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n', 400],
  ['an unknown expectation', 'HEAD / HTTP/1.1\r\nHost: a\r\nExpect: x\r\n\r\n', 417],
  ['an unknown coding', 'HEAD / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: x\r\n\r\n', 501],
  ['an address that leads nowhere', 'HEAD /nowhere HTTP/1.1\r\nHost: a\r\n\r\n', 404],
])('a HEAD with %s gets no body', async (_, bytes, status) => {
  const answer = await answerTo(bytes);
  const last = parseAnswer(answer.slice(answer.lastIndexOf('HTTP/1.1 ')));
  expect(last).toMatchObject({ status, body: '' });
  expect(last.headers).toHaveProperty('x-request-id');
});

test.each([
  ['HTTP/1.0 without a host', 'GET / HTTP/1.0\r\n\r\n', 'served'],
  ['HTTP/1.0 with an expectation', 'GET / HTTP/1.0\r\nExpect: x\r\n\r\n', 'served'],
  ['a host with a port', `${GET}Host: [::1]:8080\r\n\r\n`, 'served'],
  ['Expect: 100-continue', `${POST}Expect: 100-Continue\r\nContent-Length: 2\r\n\r\nhi`, 'served hi'],
  ['a chunked body', `${POST}Transfer-Encoding: Chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n`, 'served hi'],
])('%s is served', async (_, bytes, body) => {
  const answer = await answerTo(bytes);
  expect(parseAnswer(answer.slice(answer.lastIndexOf('HTTP/1.1 ')))).toMatchObject({ status: 200, body });
});

test.each([
  ['http://other.example/list?a=1', '</list?a=1&cursor=n>; rel="next"'],
  ['HTTPS://user:pw@other.example/list', '</list?cursor=n>; rel="next"'],
])('a page asked for as %s is linked by its path, and its host is the one of the target', async (target, link) => {
  const answer = parseAnswer(await answerTo(`GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`));
  expect(answer).toMatchObject({ status: 200, body: 'other.example', headers: { link } });
});

test.each(['http://other.example', 'http://other.example?a=1'])('%s means the path /', async (target) => {
  expect(parseAnswer(await answerTo(`GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`)).body).toBe('served');
});

test('an answer that is on its way is not mixed with a problem', async () => {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.write('GET /half HTTP/1.1\r\nHost: localhost\r\n\r\n');
  let answer = '';
  for await (const chunk of socket) {
    answer += String(chunk);
    if (answer.endsWith('half of it')) socket.write('no HTTP\r\n\r\n');
  }
  expect(answer).toMatch(/half of it$/);
});
