import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as guide from '../../src/features/web/assets/guide/guide.ts';
import { picture } from '../support/picture.ts';
import { startWorld } from '../support/world.ts';

const world = await startWorld();
const FOLDER = join(import.meta.dirname, '../../src/features/web/assets/guide');
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'photo-timeline-guide-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('each step of the guide has an example in each language, and the page shows all of them', async () => {
  const namesIn = async (ending: string, file = 'guide') => {
    const text = await readFile(join(FOLDER, `${file}.${ending}`), 'utf8');
    return Array.from(text.matchAll(/^(?:\/\/|#) --- (\w+)$/gm), ([, name]) => name);
  };
  const [sh, ...others] = await Promise.all(['sh', 'ts', 'swift', 'kt'].map((ending) => namesIn(ending)));
  expect(sh).toEqual(['token', 'upload', 'page', 'picture', 'paging', 'changes', 'session', 'grant']);
  for (const names of others) expect(names).toEqual(sh);
  // The ways to load a list are about lists on screens: curl has none.
  for (const ending of ['ts', 'swift', 'kt']) expect(await namesIn(ending, 'loading')).toEqual(['loading']);
  const page = await (await fetch(`${world.url}/docs`)).text();
  for (const name of sh ?? []) expect(page.split(`<details name="${name}"`)).toHaveLength(5);
  expect(page.split('<details name="loading"')).toHaveLength(4);
  for (const way of ['IntersectionObserver', 'onScrollGeometryChange', 'snapshotFlow']) expect(page).toContain(way);
  expect(page).toContain('-F image=@lake.jpg');
  expect(page).toContain('Authorization: Bearer');
  expect(page).not.toContain('--- token');
});

test('the examples in TypeScript sign in, upload, page, synchronize, and upload by sessions and grants', async () => {
  const session = await guide.signInLocally(world.url, 'ben');
  const fileOf = async (seed: number) => new Blob([await picture({ seed })], { type: 'image/jpeg' });
  const file = await fileOf(1);
  const photo = await guide.upload(session, file, 'lake-1');
  expect((await guide.upload(session, file, 'lake-1')).id).toBe(photo.id);
  expect((await guide.firstPage(session)).items.map(({ id }) => id)).toEqual([photo.id]);
  expect((await fetch(guide.pictureUrl(session, photo))).headers.get('content-type')).toBe('image/jpeg');
  const copy = new Map<string, guide.Photo>();
  const token = await guide.sync(session, copy);
  expect([...copy.keys()]).toEqual([photo.id]);

  const second = await fileOf(2);
  const opened = await guide.openSession(session, second);
  const made = await guide.finishSession(session, second, opened);
  expect(made?.status).toBe('created');
  const [url = ''] = await guide.uploadGrants(session, 1);
  expect((await fetch(url, { method: 'PUT', body: await fileOf(3) })).status).toBe(201);
  await guide.call(session, `/v1/photos/${photo.id}`, { method: 'DELETE' }).catch(() => undefined);
  await guide.sync(session, copy, token);
  const listed: guide.Photo[] = [];
  for await (const each of guide.timeline(session)) listed.push(each);
  expect(listed).toHaveLength(2);
  expect([...copy.keys()].sort()).toEqual(listed.map(({ id }) => id).sort());
  await expect(guide.call({ ...session, token: 'forged' }, '/v1/me')).rejects.toThrow(/token/i);
});

test('the examples for curl run one after the other in a shell', async () => {
  await writeFile(join(folder, 'lake.jpg'), await picture({ seed: 9 }));
  const { stdout } = await promisify(execFile)('bash', ['-eux', join(FOLDER, 'guide.sh')], {
    cwd: folder,
    env: { PATH: process.env['PATH'], SERVICE: world.url },
  });
  expect(stdout).toContain('"status":"created"');
  expect(stdout).toContain('"items":[{');
  // By the session and by the grant the same bytes come again.
  expect(stdout.match(/"status":"duplicate"/g)).toHaveLength(2);
  expect(stdout).not.toContain('urn:problem-type');
  expect((await readFile(join(folder, 'small.jpg'))).subarray(0, 2).toString('hex')).toBe('ffd8');
});
