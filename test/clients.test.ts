import { Metadata } from '@grpc/grpc-js';
import { createServer, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createClients, DATASTORE_WINDOW_BYTES } from '../src/app/clients.ts';
import { readConfig } from '../src/app/config.ts';
import { noteCloudCalls, notingGrpcCalls } from '../src/runtime/cloud-calls.ts';

test('the Datastore client takes in several pages of answers before it acknowledges the first bytes', async () => {
  const connected = Promise.withResolvers<ServerHttp2Session>();
  const server = createServer().on('session', (session) => connected.resolve(session));
  server.listen(0, '127.0.0.1');
  const { datastore } = createClients(readConfig({}).cloud, { datastore: await portOf(server) });
  void datastore.get(datastore.key(['Any', 'name']), { gaxOptions: { timeout: 1000 } }).catch(() => undefined);
  const session = await connected.promise;
  onTestFinished(() => {
    session.destroy();
    server.close();
  });

  await expect.poll(() => session.remoteSettings.initialWindowSize).toBe(DATASTORE_WINDOW_BYTES);
  await expect.poll(() => session.state.remoteWindowSize).toBeGreaterThanOrEqual(DATASTORE_WINDOW_BYTES);
});

async function portOf(server: ReturnType<typeof createServer>): Promise<string> {
  if (!server.listening) await new Promise((resolve) => server.once('listening', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("a call to Google's services carries no ids of requests, and a call to a stand-in carries them", () => {
  const sent = (tellIds: boolean) => {
    const call = { callback: () => {}, metadata: new Metadata() };
    const made = noteCloudCalls({ ids: 'r-1', calls: new Map() }, () => notingGrpcCalls('tasks', { tellIds })(call));
    expect(call.metadata.getMap()).toEqual({});
    return made.metadata.getMap();
  };
  expect(sent(false)).toEqual({});
  expect(sent(true)).toEqual({ 'x-local-cloud-requests': 'r-1' });
});
