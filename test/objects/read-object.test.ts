import { Storage } from '@google-cloud/storage';
import { crc32c } from '@node-rs/crc32';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, expect, test } from 'vitest';
import { buffer } from 'node:stream/consumers';
import { objectStream } from '../../src/objects/object-stream.ts';
import { readObject } from '../../src/objects/read-object.ts';
import { temporaryFolder } from '../bench/temporary-folder.ts';
import { startCloud } from '../bench/local-cloud.ts';

const CONTENT = Buffer.from('the bytes of a picture');

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

/** A bucket that answers each request as the next of `answers` says, and the last of them for good. */
async function bucketThat(...answers: Answer[]) {
  let requests = 0;
  const server = createServer((request, response) =>
    answers[Math.min(requests++, answers.length - 1)]?.(response, request),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  afterAll(() => server.close().closeAllConnections());
  const apiEndpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const file = new Storage({ projectId: 'test', apiEndpoint }).bucket('photos').file('some/näme');
  return { file, asked: () => requests };
}

const answers =
  (bytes: Buffer, checksumOf = bytes): Answer =>
  (response) => {
    const checksum = Buffer.alloc(4);
    checksum.writeUInt32BE(crc32c(checksumOf));
    response.writeHead(200, { 'X-Goog-Hash': `crc32c=${checksum.toString('base64')}` }).end(bytes);
  };
const refuses =
  (status: number): Answer =>
  (response) =>
    response.writeHead(status).end('{}');
const breaks: Answer = (response) => {
  response.writeHead(200, { 'Content-Length': 100 });
  response.write('half', () => response.destroy());
};

test('an object of the local cloud is read whole, and a missing one is undefined', async () => {
  await using scope = new AsyncDisposableStack();
  const { cloud, bucket } = await startCloud(await temporaryFolder(scope));
  scope.defer(() => cloud.stop());
  await bucket.file('some/näme?').save(CONTENT, { resumable: false });
  expect(await readObject(bucket.file('some/näme?'))).toEqual(CONTENT);
  expect(await readObject(bucket.file('missing'))).toBeUndefined();
});

test('a read is repeated after a status that may pass, a broken connection and a wrong checksum', async () => {
  const wrong = answers(CONTENT, Buffer.from('other bytes'));
  const { file, asked } = await bucketThat(refuses(503), breaks, wrong, answers(CONTENT));
  expect(await readObject(file)).toEqual(CONTENT);
  expect(asked()).toBe(4);
});

test('a connection that is reset in the middle of a response does not end the process, and the read is repeated', async () => {
  const resets: Answer = (response) => {
    response.writeHead(200, { 'Content-Length': 100 });
    response.write('half', () => response.socket?.resetAndDestroy());
  };
  const { file, asked } = await bucketThat(resets, answers(CONTENT));
  expect(await readObject(file)).toEqual(CONTENT);
  expect(asked()).toBe(2);
});

test('a read fails with unavailable after four attempts, and at once after a status that does not pass', async () => {
  const silent = await bucketThat(refuses(503));
  await expect(readObject(silent.file)).rejects.toMatchObject({ code: 'unavailable' });
  expect(silent.asked()).toBe(4);
  const closed = await bucketThat(refuses(403));
  await expect(readObject(closed.file)).rejects.toThrow('403');
  expect(closed.asked()).toBe(1);
});

/** Sends at most `bytes` of the rest that the request asks for, and breaks the connection when more would follow. */
const sendsAtMost =
  (bytes: number, checksumOf = CONTENT): Answer =>
  (response, { headers: { range }, url }) => {
    const [, start = '0', end = String(CONTENT.length - 1)] = /^bytes=(\d+)-(\d+)?$/.exec(range ?? '') ?? [];
    const rest = CONTENT.subarray(Number(start), Number(end) + 1);
    const checksum = Buffer.alloc(4);
    checksum.writeUInt32BE(crc32c(checksumOf));
    const named = new URL(url ?? '', 'http://bucket').searchParams.get('generation');
    response.writeHead(range === undefined ? 200 : 206, {
      'Content-Length': rest.length,
      'X-Goog-Generation': named ?? '17',
      'X-Goog-Hash': `crc32c=${checksum.toString('base64')}`,
    });
    if (rest.length <= bytes) response.end(rest);
    else response.write(rest.subarray(0, bytes), () => response.destroy());
  };

test('a stream goes on where its connection broke, until its end or its range', async () => {
  const { file, asked } = await bucketThat(refuses(503), sendsAtMost(5), refuses(500), sendsAtMost(6), sendsAtMost(50));
  expect(await buffer(objectStream(file))).toEqual(CONTENT);
  expect(asked()).toBe(5);
  const part = await bucketThat(sendsAtMost(3));
  expect(await buffer(objectStream(part.file, { start: 2, end: 12 }))).toEqual(CONTENT.subarray(2, 13));
  expect(part.asked()).toBe(4);
});

test('a stream names the generation that it began to read in each later request', async () => {
  const urls: string[] = [];
  const { file } = await bucketThat((response, request) => {
    urls.push(request.url ?? '');
    sendsAtMost(12)(response, request);
  });
  await buffer(objectStream(file));
  expect(urls.map((url) => new URL(url, 'http://bucket').searchParams.get('generation'))).toEqual([null, '17']);
});

test('a stream fails when no more bytes come, when the checksum differs and when there is no such object', async () => {
  const stuck = await bucketThat(sendsAtMost(5), sendsAtMost(0));
  await expect(buffer(objectStream(stuck.file))).rejects.toMatchObject({ code: 'unavailable' });
  const wrong = await bucketThat(sendsAtMost(50, Buffer.from('other bytes')));
  await expect(buffer(objectStream(wrong.file))).rejects.toMatchObject({ code: 'unavailable' });
  const missing = await bucketThat(refuses(404));
  await expect(buffer(objectStream(missing.file))).rejects.toThrow('404');
});

test('a stream that is broken off does not disturb other streams', async () => {
  await using scope = new AsyncDisposableStack();
  const { cloud, bucket } = await startCloud(await temporaryFolder(scope));
  scope.defer(() => cloud.stop());
  const large = Buffer.alloc(4 << 20, 'x');
  await bucket.file('large').save(large, { resumable: false });
  const whole = Array.from({ length: 12 }, async () => {
    const broken = objectStream(bucket.file('large'));
    await once(broken, 'readable');
    broken.destroy();
    return (await buffer(objectStream(bucket.file('large')))).equals(large);
  });
  expect(await Promise.all(whole)).toEqual(Array(12).fill(true));
});
