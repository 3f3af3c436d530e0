import { open, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { startCloudProcess, temporaryFolder } from './cloud-process.ts';
import { clientsIn } from './printed-clients.ts';

const NOTES = 2000;

let folder: string;
beforeEach(async () => void (folder = await temporaryFolder()));

const file = (service: string) => join(folder, '.data', `${service}.sqlite`);

test.each(['datastore', 'storage', 'tasks', 'cron'])(
  'a file of %s that is no database is told by name, and left as it is',
  async (service) => {
    await (await startCloudProcess(folder)).stop('SIGTERM');
    await writeFile(file(service), 'Something else altogether. '.repeat(1000));
    await expect(startCloudProcess(folder)).rejects.toThrow(
      new RegExp(`^The local cloud cannot start\\. .*${service}\\.sqlite: .* is damaged .* bring back a copy .*\n$`),
    );
    expect(await readFile(file(service), 'utf8')).toContain('Something else altogether.');
  },
);

test.each([
  ['pages in its middle are rubbish', async (size: number) => overwrite(file('datastore'), size / 4, size / 2)],
  ['its end is missing', async (size: number) => truncate(file('datastore'), Math.floor(size / 2))],
])('a store of entities of which %s gives no wrong answer', async (_how, damage) => {
  const first = await startCloudProcess(folder);
  const { datastore } = clientsIn(first.env);
  const names = Array.from({ length: NOTES }, (_, n) => `note ${n}`);
  const text = 'words '.repeat(20);
  await datastore.save(names.map((name) => ({ key: datastore.key(['Note', name]), data: { name, text } })));
  await first.stop('SIGTERM');
  await damage((await readFile(file('datastore'))).length);

  const answers = await startCloudProcess(folder).then(
    ({ env }) => readAll(clientsIn(env).datastore, names),
    (error: Error) => [error.message],
  );
  const wrong = answers.filter((answer) => answer !== 'right' && !/is damaged/.test(answer));
  expect(wrong).toEqual([]);
  expect(answers.some((answer) => /is damaged/.test(answer))).toBe(true);
});

/** What comes of each lookup and of a query for everything. */
async function readAll(datastore: ReturnType<typeof clientsIn>['datastore'], names: string[]): Promise<string[]> {
  const lookups = names.map(async (name) => {
    const [note] = await datastore.get(datastore.key(['Note', name]));
    return note?.name === name ? 'right' : `wrong: ${JSON.stringify(note)}`;
  });
  const all = datastore
    .createQuery('Note')
    .run()
    .then(([notes]) => (notes.length === NOTES ? 'right' : `wrong: ${notes.length}`));
  return Promise.all([...lookups, all].map((answer) => answer.catch((error: Error) => error.message)));
}

async function overwrite(path: string, at: number, size: number): Promise<void> {
  const handle = await open(path, 'r+');
  await handle.write(Buffer.alloc(size, 0x5a), 0, size, Math.floor(at));
  await handle.close();
}
