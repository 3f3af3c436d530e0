import { statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test, vi } from 'vitest';
import { startDatastoreWorld, temporaryFolder } from './contract.ts';

const HOUR = 3_600_000;
const MIB = 2 ** 20;

test('the file gives its space back after a large erasure, and what stays can be read', async () => {
  const dataDir = temporaryFolder();
  const { client: datastore, clock } = await startDatastoreWorld({ dataDir });
  const size = () => statSync(join(dataDir, 'datastore.sqlite')).size;
  const keys = Array.from({ length: 800 }, (_, number) => datastore.key(['Note', `n${number}`]));
  const text = 'x'.repeat(20_000);
  for (let first = 0; first < keys.length; first += 200) {
    const some = keys.slice(first, first + 200);
    await datastore.save(some.map((key) => ({ key, data: { text }, excludeFromIndexes: ['text'] })));
  }
  const kept = keys.splice(0, 20);
  for (let first = 0; first < keys.length; first += 200) await datastore.delete(keys.slice(first, first + 200));
  const before = size();
  expect(before).toBeGreaterThan(15 * MIB);

  // What was erased can be read for an hour. Nothing is written after it.
  clock.advance(HOUR);
  const minuteLater = () => {
    clock.advance(60_000);
    expect(size()).toBeLessThan(4 * MIB);
  };
  await vi.waitFor(minuteLater, 120_000);
  const [notes] = await datastore.get(kept);
  expect(notes.map((note: { text: string }) => note.text)).toEqual(kept.map(() => text));
});

test('a file of an earlier version is made to give its space back when it is opened', async () => {
  const dataDir = temporaryFolder();
  const world = await startDatastoreWorld({ dataDir });
  const key = world.client.key(['Note', 'kept']);
  await world.client.save({ key, data: { text: 'old' } });
  await world.service.stop();
  inFile(dataDir, (file) => file.exec('PRAGMA auto_vacuum = NONE; VACUUM;'));

  const later = await startDatastoreWorld({ dataDir });
  const [note] = await later.client.get(later.client.key({ path: ['Note', 'kept'], namespace: key.namespace! }));
  expect(note).toMatchObject({ text: 'old' });
  await later.service.stop();
  const incremental = 2;
  expect(inFile(dataDir, (file) => file.prepare('PRAGMA auto_vacuum').get())).toEqual({ auto_vacuum: incremental });
});

function inFile<T>(dataDir: string, use: (file: DatabaseSync) => T): T {
  const file = new DatabaseSync(join(dataDir, 'datastore.sqlite'));
  try {
    return use(file);
  } finally {
    file.close();
  }
}
