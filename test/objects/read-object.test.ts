import { Storage } from '@google-cloud/storage';
import { crc32c } from '@node-rs/crc32';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, expect, test } from 'vitest';
import { readObject } from '../../src/objects/read-object.ts';
import { temporaryFolder } from '../bench/temporary-folder.ts';
import { startCloud } from '../bench/local-cloud.ts';

const CONTENT = Buffer.from('the bytes of a picture');

type Answer = (response: ServerResponse) => void;

/** A bucket that answers each request as the next of `answers` says, and the last of them for good. */
async function bucketThat(...answers: Answer[]) {
  let requests = 0;
  const server = createServer((_request, response) => answers[Math.min(requests++, answers.length - 1)]?.(response));
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

test('a read fails with unavailable after four attempts, and at once after a status that does not pass', async () => {
  const silent = await bucketThat(refuses(503));
  await expect(readObject(silent.file)).rejects.toMatchObject({ code: 'unavailable' });
  expect(silent.asked()).toBe(4);
  const closed = await bucketThat(refuses(403));
  await expect(readObject(closed.file)).rejects.toThrow('403');
  expect(closed.asked()).toBe(1);
});
