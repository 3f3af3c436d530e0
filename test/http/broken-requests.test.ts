import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, expect, test } from 'vitest';
import { answerBrokenRequests } from '../../src/http/broken-requests.ts';

/** Says the first half of its answer at once to `/half`, and nothing to any other address. */
const server = createServer(({ url }, response) => {
  if (url === '/half') response.writeHead(200, { 'Content-Length': 20 }).write('half of it');
});
answerBrokenRequests(server);
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

const HEAD = 'POST / HTTP/1.1\r\nHost: localhost\r\n';

test.each([
  ['no HTTP', 'hello\r\n\r\n', 400, 'invalid-request'],
  ['a negative length', `${HEAD}Content-Length: -5\r\n\r\n`, 400, 'invalid-request'],
  ['two lengths', `${HEAD}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nhello`, 400, 'invalid-request'],
  ['an endless header', `${HEAD}X-Long: ${'x'.repeat(70_000)}\r\n\r\n`, 431, 'headers-too-large'],
  ['less than announced', `${HEAD}Content-Length: 50\r\n\r\nhello`, 400, 'upload-aborted'],
])('%s is answered by a problem', async (_, bytes, status, code) => {
  const [head = '', body = ''] = (await answerTo(bytes)).split('\r\n\r\n');
  expect(head.split('\r\n')).toEqual(
    expect.arrayContaining([
      expect.stringContaining(`HTTP/1.1 ${status} `),
      'Content-Type: application/problem+json',
      `Content-Length: ${body.length}`,
      'Connection: close',
    ]),
  );
  expect(JSON.parse(body)).toMatchObject({ status, code });
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
