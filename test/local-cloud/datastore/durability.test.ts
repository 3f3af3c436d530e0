import type { Datastore } from '@google-cloud/datastore';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { client, startDatastoreWorld, temporaryFolder } from './contract.ts';

test('every write that was acknowledged is there after kill -9 in the middle of writing', async () => {
  const folder = temporaryFolder();
  const { process, port } = await startProcess(folder);
  const acknowledged = new Set<string>();
  const exited = once(process, 'exit');
  const writers = Array.from({ length: 8 }, (_, writer) =>
    writeUntilFailure(namespaced(port), `w${writer}`, acknowledged, () => {
      if (acknowledged.size === 200) process.kill('SIGKILL');
    }),
  );
  await Promise.all([exited, ...writers]);
  const restarted = namespaced((await startProcess(folder)).port);
  const names = [...acknowledged];
  const [found] = await restarted.get(names.map((name) => restarted.key(['Kind', name])));
  expect(found).toHaveLength(names.length);
  expect(names.length).toBeGreaterThanOrEqual(200);
  const [all] = await restarted.runQuery(restarted.createQuery('Kind').filter('indexed', true).select('__key__'));
  expect(all.length).toBeGreaterThanOrEqual(names.length);
});

test('entities, indexes and versions survive a restart, open transactions do not', async () => {
  const dataDir = temporaryFolder();
  const first = await startDatastoreWorld({ dataDir });
  const { namespace } = first.client;
  const key = first.client.key(['Kind', 'kept']);
  await first.client.save({ key, data: { value: 1 } });
  const transaction = first.client.transaction();
  await transaction.run();
  await transaction.get(key);
  const port = first.service.port;
  await first.service.stop();
  const second = await startDatastoreWorld({ dataDir, port });
  const reader = client(`127.0.0.1:${second.service.port}`, { namespace: namespace! });
  expect((await reader.get(key))[0]).toMatchObject({ value: 1 });
  expect((await reader.runQuery(reader.createQuery('Kind').filter('value', 1)))[0]).toHaveLength(1);
  transaction.save({ key, data: { value: 2 } });
  await expect(transaction.commit()).rejects.toMatchObject({ code: 3 });
});

const namespaced = (port: number) => client(`127.0.0.1:${port}`, { namespace: 'durability' });

async function startProcess(folder: string): Promise<{ process: ChildProcess; port: number }> {
  const server = spawn(process.execPath, [join(import.meta.dirname, 'durable-server.ts'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void server.kill('SIGKILL'));
  const [line] = (await once(createInterface(server.stdout), 'line')) as [string];
  return { process: server, port: Number(line) };
}

async function writeUntilFailure(datastore: Datastore, writer: string, acknowledged: Set<string>, then: () => void) {
  for (let count = 0; ; count++) {
    const name = `${writer}-${count}`;
    const saved = await datastore
      .save({ key: datastore.key(['Kind', name]), data: { indexed: true } })
      .catch(() => undefined);
    if (!saved) return;
    acknowledged.add(name);
    then();
  }
}
