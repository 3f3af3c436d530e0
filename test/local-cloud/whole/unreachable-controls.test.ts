import { Client, credentials } from '@grpc/grpc-js';
import { expect, onTestFinished, test } from 'vitest';
import { startCloudProcess, temporaryFolder } from './cloud-process.ts';
import { clientsIn } from './printed-clients.ts';

const UNIMPLEMENTED = 12;
const bytes = (value: Buffer) => value;

/** The status code of a call of that method. */
function statusOf(address: string, method: string): Promise<number | undefined> {
  const client = new Client(address, credentials.createInsecure());
  onTestFinished(() => client.close());
  return new Promise((resolve) => {
    client.makeUnaryRequest(method, bytes, bytes, Buffer.alloc(0), (error) => resolve(error?.code));
  });
}

test('no port of a service takes a command of the owner, and nothing happens', async () => {
  const { env, cloud } = await startCloudProcess(await temporaryFolder());
  const { datastore } = clientsIn(env);
  const key = datastore.key(['Note', 1]);
  await datastore.save({ key, data: {} });
  const { endpoints, ...commands } = cloud;
  const names = Object.keys(commands);
  expect(names).toContain('reset');

  for (const name of names) {
    for (const address of [endpoints.datastore, endpoints.tasks]) {
      for (const method of [
        `/${name}`,
        `/google.datastore.v1.Datastore/${name}`,
        `/google.cloud.tasks.v2.CloudTasks/${name}`,
      ]) {
        expect(await statusOf(address, method)).toBe(UNIMPLEMENTED);
      }
    }
    for (const base of [endpoints.storage, endpoints.issuer]) {
      for (const path of [name, `_/${name}`, `storage/v1/${name}`, `commands/${name}`]) {
        const body = JSON.stringify({ id: 1, name, args: [] });
        const headers = { 'Content-Type': 'application/json' };
        const { status } = await fetch(`${base}/${path}`, { method: 'POST', headers, body });
        expect(status, `${base}/${path}`).toBeGreaterThanOrEqual(400);
      }
    }
  }
  expect((await datastore.get(key))[0]).toBeDefined();
});
