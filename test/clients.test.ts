import { createServer, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createClients, DATASTORE_WINDOW_BYTES } from '../src/app/clients.ts';
import { readConfig } from '../src/app/config.ts';

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
