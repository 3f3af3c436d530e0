import { Datastore } from '@google-cloud/datastore';
import { CloudTasksClient } from '@google-cloud/tasks';
import { Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { datastoreOf, startForFile } from './in-thread.ts';

const QUEUES = 'queue: [{ name: default, rate: 5/s }]';
const QUEUE = 'projects/p/locations/l/queues/default';

const cloud = await startForFile({ files: { indexes: '', queues: QUEUES, cron: '' } });

/** Sends bytes to a method of gRPC's, and returns what it is refused with. */
async function refusalOf(endpoint: string, method: string, bytes: Buffer): Promise<ServiceError> {
  const client = new Client(endpoint, credentials.createInsecure(), { 'grpc.max_send_message_length': -1 });
  onTestFinished(() => client.close());
  const same = (value: Buffer) => value;
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(method, same, same, bytes, new Metadata(), (error) =>
      error ? resolve(error) : reject(new Error(`${method} was expected to refuse this.`)),
    );
  });
}

function tasksClient(): CloudTasksClient {
  const [apiEndpoint = '', port] = cloud.endpoints.tasks.split(':');
  const sslCreds = credentials.createInsecure();
  const client = new CloudTasksClient({ projectId: 'p', apiEndpoint, port: Number(port), sslCreds });
  onTestFinished(() => client.close());
  return client;
}

const DATASTORE = '/google.datastore.v1.Datastore';
const TASKS = '/google.cloud.tasks.v2.CloudTasks';
/** No message begins like this: the tag has the wire type 7, which does not exist. */
const RUBBISH = Buffer.from([0x0f, 0xff, 0xff]);

const stillWorks = async () => {
  const datastore = datastoreOf(cloud);
  const key = datastore.key(['Note', 'after']);
  await datastore.save({ key, data: { text: 'kept' } });
  expect((await datastore.get(key))[0]).toMatchObject({ text: 'kept' });
};

describe('a message that is none is refused with INTERNAL, as gRPC does', () => {
  test.each(['Lookup', 'RunQuery', 'Commit', 'AllocateIds'])('by %s of Datastore', async (method) => {
    expect(await refusalOf(cloud.endpoints.datastore, `${DATASTORE}/${method}`, RUBBISH)).toMatchObject({
      code: 13,
      details: expect.stringContaining('deserializ'),
    });
    await stillWorks();
  });

  test.each(['CreateTask', 'ListQueues'])('by %s of Tasks', async (method) => {
    expect(await refusalOf(cloud.endpoints.tasks, `${TASKS}/${method}`, RUBBISH)).toMatchObject({
      code: 13,
      details: expect.stringContaining('deserializ'),
    });
  });

  test('as JSON, by Storage, with 400', async () => {
    const url = `${cloud.endpoints.storage}/storage/v1/b`;
    const reply = await fetch(url, {
      method: 'POST',
      body: '{"name":',
      headers: { 'content-type': 'application/json' },
    });
    expect([reply.status, ((await reply.json()) as { error: { message: string } }).error.message]).toEqual([
      400,
      expect.stringMatching(/JSON|parse/i),
    ]);
  });
});

test.each([
  ['datastore', '/google.datastore.v1.Datastore/Guess'],
  ['datastore', '/google.datastore.admin.v1.DatastoreAdmin/CreateIndex'],
  ['tasks', '/google.cloud.tasks.v2.CloudTasks/Guess'],
  ['tasks', '/google.cloud.tasks.v2beta3.CloudTasks/CreateTask'],
] as const)('%s says of %s that it is not there', async (service, method) => {
  const error = await refusalOf(cloud.endpoints[service], method, Buffer.alloc(0));
  expect(error).toMatchObject({ code: 12, details: expect.stringContaining(method) });
});

describe('another project is refused, and told which one is meant', () => {
  const OTHER = { code: 7, details: expect.stringContaining('stands for the project "p", not for "other"') };

  test('by Datastore, read or written', async () => {
    const datastore = new Datastore({ projectId: 'other', apiEndpoint: cloud.endpoints.datastore });
    const key = datastore.key(['Note', 1]);
    await expect(datastore.get(key)).rejects.toMatchObject(OTHER);
    await expect(datastore.save({ key, data: {} })).rejects.toMatchObject(OTHER);
    await expect(datastore.createQuery('Note').run()).rejects.toMatchObject(OTHER);
  });

  test('by Tasks, be it of a queue or a task', async () => {
    const client = tasksClient();
    const name = client.queuePath('other', 'l', 'default');
    await expect(client.getQueue({ name })).rejects.toMatchObject(OTHER);
    await expect(client.updateQueue({ queue: { name } })).rejects.toMatchObject(OTHER);
    await expect(client.createTask({ parent: name, task: {} })).rejects.toMatchObject(OTHER);
  });
});

describe('what is too large is refused, and nothing of it is kept', () => {
  test.each([11, 70])('a commit of %i MB', async (megabytes) => {
    const datastore = datastoreOf(cloud);
    const names = Array.from({ length: megabytes }, (_, n) => `part ${n}`);
    const data = [{ name: 'bytes', value: Buffer.alloc(1_000_000), excludeFromIndexes: true }];
    const save = datastore.save(names.map((name) => ({ key: datastore.key(['Part', name]), data })));
    await expect(save).rejects.toMatchObject({
      code: megabytes === 11 ? 3 : 8,
      details: expect.stringMatching(/too big|larger than max/),
    });
    expect((await datastore.createQuery('Part').run())[0]).toEqual([]);
  });

  test('a task of 2 MB', async () => {
    const client = tasksClient();
    const appEngineHttpRequest = { relativeUri: '/', body: Buffer.alloc(2_000_000) };
    await expect(client.createTask({ parent: QUEUE, task: { appEngineHttpRequest } })).rejects.toMatchObject({
      code: 3,
    });
    expect((await client.listTasks({ parent: QUEUE }))[0]).toEqual([]);
  });

  test('metadata of 3 MB at the start of an upload', async () => {
    const url = `${cloud.endpoints.storage}/upload/storage/v1/b/photos/o?uploadType=resumable&name=x`;
    const body = JSON.stringify({ metadata: { text: 'x'.repeat(3 << 20) } });
    expect((await fetch(url, { method: 'POST', body })).status).toBe(400);
  });
});

test.each(['datastore', 'tasks', 'storage'] as const)(
  '%s bears a caller that hangs up in mid-sentence',
  async (service) => {
    const { host, port } = { host: '127.0.0.1', port: Number(/\d+$/.exec(cloud.endpoints[service])![0]) };
    for (const said of [
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
      'POST /upload/storage/v1/b/photos/o HTTP/1.1\r\nContent-Le',
      '\0',
    ]) {
      const socket = connect(port, host);
      await once(socket, 'connect');
      socket.write(said);
      socket.destroy();
      await once(socket, 'close');
    }
    await stillWorks();
  },
);

test('a commit whose caller hangs up is made whole or not at all', async () => {
  const datastore = datastoreOf(cloud);
  const names = Array.from({ length: 50 }, (_, n) => `part ${n}`);
  for (let round = 0; round < 10; round++) {
    const caller = datastoreOf(cloud);
    const saved = caller.save(names.map((name) => ({ key: caller.key([`Round${round}`, name]), data: { name } })));
    const outcome = Promise.allSettled([saved]);
    await new Promise((resolve) => setImmediate(resolve));
    await (caller as unknown as { clients_: Map<string, { close(): Promise<void> }> }).clients_
      .get('DatastoreClient')
      ?.close();
    await outcome;
    const [found] = await datastore.createQuery(`Round${round}`).run();
    expect([0, names.length]).toContain(found.length);
  }
});
