import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, expect, test } from 'vitest';
import { PhoneLibrary } from '../../docs/examples/phone-library.ts';
import { localSignIn, PhotoTimelineClient, type Album, type ListedPhoto } from '../../src/client/index.ts';
import { isLongForm } from '../support/long-form.ts';
import { picture } from '../support/picture.ts';
import { startWorld } from '../support/world.ts';
import { runCommand } from '../process/support.ts';

const world = await startWorld({ env: { RATE_LIMITS: 'off' } });
const EXAMPLE = join(import.meta.dirname, '../../docs/examples/phone.ts');
const folder = await mkdtemp(join(tmpdir(), 'photo-timeline-phone-'));
afterAll(() => rm(folder, { recursive: true }));

const clientOf = (name: string) =>
  new PhotoTimelineClient({ service: world.url, token: localSignIn(name, { service: world.url }) });

/** Starts the example, and kills it once it has written so many lines, or sooner if it has nothing more to write. */
async function runAndKill(args: string[], lines: number): Promise<string[]> {
  const env = { PATH: process.env['PATH'], NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache') };
  const child = spawn(process.execPath, [EXAMPLE, ...args], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit') as Promise<[number | null, string | null]>;
  const written: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    written.push(line);
    if (written.length >= lines || line.startsWith('Photos: ')) child.kill('SIGKILL');
  }
  expect(await exited).toEqual([null, 'SIGKILL']);
  return written;
}

async function expectTruth(path: string, client: PhotoTimelineClient): Promise<{ photos: number; albums: number }> {
  const photos = new Map<string, ListedPhoto>();
  for (const archived of [false, true]) {
    for await (const photo of client.timeline({ archived, limit: 200 })) photos.set(photo.id, photo);
  }
  const albums = new Map<string, Album>();
  for await (const album of client.items('get /v1/albums')) albums.set(album.id, album);
  const library = new PhoneLibrary(path);
  expect(library.photos()).toEqual(photos);
  expect(library.albums()).toEqual(albums);
  library.close();
  return { photos: photos.size, albums: albums.size };
}

const KILLS = Number(process.env['PHONE_KILLS'] ?? (isLongForm ? 60 : 2));

test(`a phone that is killed ${KILLS} times has the library of the service in the end`, async () => {
  const copy = join(folder, 'killed');
  const client = clientOf('ana');
  const args = [copy, world.url, '--follow', '--page-size', '2'];
  const ids: string[] = [];
  const upload = async () => {
    const file = new Blob([new Uint8Array(await picture({ width: 40, height: 30 }))]);
    const result = await client.upload(file, { caption: `Photo ${ids.length}` });
    if (result.status === 'created') ids.push(result.photo.id);
  };
  for (let count = 0; count < 8; count++) await upload();
  for (let kill = 0; kill < KILLS; kill++) {
    const written = await runAndKill(args, 1 + ((kill * 5) % 9));
    expect(written.length).toBeGreaterThan(0);
    const [first = '', second = ''] = ids.splice(0, 2);
    await client.call('delete /v1/photos/{id}', { path: { id: first } });
    await client.call('patch /v1/photos/{id}', { path: { id: second }, body: { archived: true } });
    await client.call('post /v1/albums', { body: { title: `Album ${kill}` } });
    for (let count = 0; count < 3; count++) await upload();
  }
  await world.drain();
  const { code, out, complaint } = await runCommand(EXAMPLE, args.slice(0, 2), folder);
  expect({ code, complaint }).toEqual({ code: 0, complaint: '' });
  const { photos, albums } = await expectTruth(copy, client);
  expect(photos).toBe(8 + 2 * KILLS);
  expect(out.trimEnd().split('\n').at(-1)).toMatch(`Photos: ${photos}. Albums: ${albums}. Last change: `);
});

test('a phone uploads a folder once, says what became of each file, and tells of changes alone from then on', async () => {
  const pictures = join(folder, 'pictures');
  await mkdir(pictures);
  for (const seed of [1, 2])
    await writeFile(join(pictures, `${seed}.jpg`), await picture({ width: 40, height: 30, seed }));
  await writeFile(join(pictures, 'broken.jpg'), 'no picture');
  await writeFile(join(pictures, 'notes.txt'), 'not for upload');
  const copy = join(folder, 'uploads');
  const run = async (...more: string[]) => {
    const { code, out, complaint } = await runCommand(EXAMPLE, [copy, world.url, '--name', 'ben', ...more], folder);
    expect({ code, complaint }).toEqual({ code: 0, complaint: '' });
    return out.trimEnd().split('\n');
  };
  const first = await run('--upload', pictures);
  expect(first.slice(0, 3).toSorted()).toEqual([
    '1.jpg: created',
    '2.jpg: created',
    expect.stringMatching(/^broken\.jpg: refused, /),
  ]);
  expect(first[3]).toBe('Listing the whole library.');
  expect(first.at(-1)).toMatch(/^Photos: 2\. Albums: 0\. Last change: \d+\.$/);
  await world.drain();
  const client = clientOf('ben');
  const [trashed = '', kept = ''] = (await client.call('get /v1/timeline')).items.map(({ id }) => id);
  await client.call('delete /v1/photos/{id}', { path: { id: trashed } });
  // The photo that is kept has become ready since.
  expect(await run('--upload', pictures)).toEqual([
    `+ photo ${kept}`,
    `- photo ${trashed} (trashed)`,
    expect.stringMatching(/^Photos: 1\. /),
  ]);
  await expectTruth(copy, client);
});
