import { Client, credentials, Metadata } from '@grpc/grpc-js';
import { once } from 'node:events';
import * as http from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startForFile } from './in-thread.ts';

const cloud = await startForFile({
  files: { indexes: '', queues: 'queue: [{ name: default, rate: 5/s }]', cron: '' },
  allowHosts: ['Host.docker.internal'],
});

type Headers = Record<string, string>;

/** What a service over HTTP answers to these headers. `fetch` would not let a test choose `Host`. */
async function answer(url: string, method: string, headers: Headers, body = '') {
  const [response] = (await once(http.request(url, { method, headers, agent: false }).end(body), 'response')) as [
    http.IncomingMessage,
  ];
  const allowed = response.headers['access-control-allow-origin'];
  return { status: response.statusCode, allowed, text: await text(response) };
}

const OBJECTS = '/storage/v1/b/photos/o';

/** One request to each of the ports that speak HTTP/1.1: JSON API, XML API, session, keys and tokens of the issuer. */
const requests = (headers: Headers) => {
  const { storage, issuer } = cloud.endpoints;
  return Promise.all([
    answer(storage + OBJECTS, 'GET', headers),
    answer(`${storage}/upload${OBJECTS}?uploadType=media&name=planted`, 'POST', headers, 'x'),
    answer(`${storage}/photos/planted`, 'GET', headers),
    answer(`${storage}/upload${OBJECTS}?upload_id=x`, 'PUT', headers),
    answer(storage + OBJECTS, 'OPTIONS', { ...headers, 'Access-Control-Request-Method': 'DELETE' }),
    answer(`${issuer}/jwks`, 'GET', headers),
    answer(`${issuer}/token`, 'POST', { ...headers, 'Content-Type': 'application/json' }, '{"name":"ana"}'),
  ]);
};

describe('no port of the local cloud answers', () => {
  test.each([
    'evil.example',
    'evil.example:9023',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'notlocalhost',
    '10.0.0.1',
    '0.0.0.0',
    '[::2]',
    'localhost@evil.example',
    'evil.example#localhost',
  ])('the host "%s", and keeps nothing that it sends', async (Host) => {
    const answers = await requests({ Host });
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 421));
    expect(answers[0]?.text).toContain('answers only to localhost');
    expect((await answer(cloud.endpoints.storage + OBJECTS, 'GET', {})).text).not.toContain('planted');
  });

  test.each([
    'https://evil.example',
    'null',
    'https://localhost.evil.example',
    'http://127.0.0.1.evil.example',
    'http://localhost@evil.example',
    'file://localhost',
    'chrome-extension://localhost',
  ])('a page of the origin "%s", and allows it nothing', async (Origin) => {
    const answers = await requests({ Origin });
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 403));
    expect(answers.map(({ allowed }) => allowed)).toEqual(answers.map(() => undefined));
    expect((await answer(cloud.endpoints.storage + OBJECTS, 'GET', {})).text).not.toContain('planted');
  });

  test.each([
    ['the host', 'evil.example', undefined],
    ['a page', undefined, 'https://evil.example'],
  ])('%s by gRPC', async (_, host, origin) => {
    for (const [endpoint, method] of [
      [cloud.endpoints.datastore, '/google.datastore.v1.Datastore/AllocateIds'],
      [cloud.endpoints.tasks, '/google.cloud.tasks.v2.CloudTasks/ListQueues'],
    ] as const) {
      const PERMISSION_DENIED = 7;
      const refused = await grpcStatus(endpoint, method, { host, origin });
      expect(refused).toMatchObject({ code: PERMISSION_DENIED, details: expect.stringContaining('answers only') });
      expect((await grpcStatus(endpoint, method, { host: 'localhost' })).details).not.toContain('answers only');
    }
  });
});

describe('the local cloud answers', () => {
  test.each(['localhost', 'LOCALHOST:1', '127.0.0.1:9023', '127.9.9.9', '[::1]:80', 'storage.localhost'])(
    'the host %s',
    async (Host) => {
      const { status } = await answer(cloud.endpoints.storage + OBJECTS, 'GET', { Host });
      expect(status).toBe(200);
    },
  );

  test.each(['http://localhost:5173', 'https://127.0.0.1', 'http://[::1]:8080', 'http://app.localhost:3000'])(
    'a page of %s, which may read the answer',
    async (Origin) => {
      const { status, allowed } = await answer(cloud.endpoints.storage + OBJECTS, 'GET', { Origin });
      expect([status, allowed]).toEqual([200, Origin]);
    },
  );

  test('a host that its options allow, for programs and pages', async () => {
    const named = { Host: 'host.docker.internal:9023', Origin: 'http://host.docker.internal:3000' };
    expect((await answer(cloud.endpoints.storage + OBJECTS, 'GET', named)).status).toBe(200);
    expect((await answer(`${cloud.endpoints.issuer}/jwks`, 'GET', named)).status).toBe(200);
    const other = { Host: 'other.docker.internal:9023' };
    expect((await answer(cloud.endpoints.storage + OBJECTS, 'GET', other)).status).toBe(421);
  });
});

/** The status of a call that carries this `:authority` and this `origin`. */
function grpcStatus(
  endpoint: string,
  method: string,
  { host, origin }: { host?: string | undefined; origin?: string | undefined },
): Promise<{ code: number; details: string }> {
  const options = host === undefined ? {} : { 'grpc.default_authority': host };
  const client = new Client(endpoint, credentials.createInsecure(), options);
  onTestFinished(() => client.close());
  const metadata = new Metadata();
  if (origin !== undefined) metadata.set('origin', origin);
  const bytes = (value: Buffer) => value;
  return new Promise((resolve) => {
    client.makeUnaryRequest(method, bytes, bytes, Buffer.alloc(0), metadata, (error) =>
      resolve(error ?? { code: 0, details: '' }),
    );
  });
}
