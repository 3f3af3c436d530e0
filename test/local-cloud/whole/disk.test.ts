import { describe, expect, test } from 'vitest';
import { startCloudProcess } from './cloud-process.ts';
import { clientsIn, type PrintedClients } from './printed-clients.ts';
import { canMakeDisks, smallDisk } from './small-disk.ts';

const FULL = 'The disk of the local cloud is full';
const bytes = (size: number) => Buffer.alloc(size, 'x');

/** One write to each service. */
const WRITES: Record<string, (clients: PrintedClients, name: string) => Promise<unknown>> = {
  datastore: ({ datastore }, name) => datastore.save({ key: datastore.key(['Note', name]), data: { name } }),
  'a new kind in datastore': ({ datastore }, name) =>
    datastore.save({ key: datastore.key([`Kind ${name}`, name]), data: { name } }),
  'ids of datastore': ({ datastore }) => datastore.allocateIds(datastore.key(['Note']), 2000),
  'an upload in one request': ({ bucket }, name) => bucket.file(name).save(bytes(50_000), { resumable: false }),
  'a resumable upload': ({ bucket }, name) => bucket.file(`long-${name}`).save(bytes(50_000), { resumable: true }),
  tasks: ({ tasks, queue }, name) => {
    const appEngineHttpRequest = { relativeUri: '/x', body: bytes(20_000) };
    return tasks.createTask({ parent: queue, task: { name: `${queue}/tasks/${name}`, appEngineHttpRequest } });
  },
};

/** What can be read of the writes with this name. */
async function readBack({ datastore, bucket, tasks, queue }: PrintedClients, name: string) {
  const [note] = await datastore.get(datastore.key(['Note', name]));
  const [ofNewKind] = await datastore.createQuery(`Kind ${name}`).filter('name', name).run();
  const [once] = await bucket.file(name).download();
  const [long] = await bucket.file(`long-${name}`).download();
  const [task] = await tasks.getTask({ name: `${queue}/tasks/${name}` });
  return [note?.name, ofNewKind.length, once.length, long.length, task.name?.endsWith(name)];
}

const whole = (name: string) => [name, 1, 50_000, 50_000, true];

async function writeAll(clients: PrintedClients, name: string): Promise<string[]> {
  const refusals: string[] = [];
  for (const [what, write] of Object.entries(WRITES)) {
    await write(clients, name).catch((error: Error) => refusals.push(`${what}: ${error.message}`));
  }
  return refusals;
}

describe.skipIf(!canMakeDisks)('the local cloud on a small disk (left out where nobody may mount one)', () => {
  test('that is full refuses what it cannot keep, goes on reading, and works again when there is room', async () => {
    const disk = await smallDisk();
    const first = await startCloudProcess(disk.folder, ['--data-dir', disk.folder]);
    const clients = clientsIn(first.env);
    expect(await writeAll(clients, 'before')).toEqual([]);

    disk.fill();
    const refusals = await writeAll(clients, 'full');
    expect(refusals).toHaveLength(Object.keys(WRITES).length);
    for (const refusal of refusals) expect(refusal).toContain(FULL);
    expect(await readBack(clients, 'before')).toEqual(whole('before'));
    expect((await clients.datastore.get(clients.datastore.key(['Note', 'full'])))[0]).toBeUndefined();
    expect(await clients.bucket.file('full').exists()).toEqual([false]);

    disk.makeRoom();
    expect(await writeAll(clients, 'after')).toEqual([]);
    expect(await writeAll(clients, 'full')).toEqual([]);
    await first.kill();
    const again = clientsIn((await startCloudProcess(disk.folder, ['--data-dir', disk.folder])).env);
    for (const name of ['before', 'after', 'full']) expect(await readBack(again, name)).toEqual(whole(name));
  });

  test('that is full or read-only at the start is told in one line', async () => {
    const disk = await smallDisk();
    const start = () => startCloudProcess(disk.folder, ['--data-dir', disk.folder]);
    const first = await start();
    expect(await writeAll(clientsIn(first.env), 'kept')).toEqual([]);
    await first.kill();
    disk.fill();
    await expect(start()).rejects.toThrow(/^The local cloud cannot start\. [^\n]*The disk .* is full.*\n$/);
    disk.makeRoom();
    disk.protect(true);
    await expect(start()).rejects.toThrow(
      /^The local cloud cannot start\. [^\n]*The disk .* cannot be written to.*\n$/,
    );
    disk.protect(false);
    expect(await readBack(clientsIn((await start()).env), 'kept')).toEqual(whole('kept'));
  });
});
