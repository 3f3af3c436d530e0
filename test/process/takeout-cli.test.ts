import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { readTakeoutCommand } from '../../src/cli/takeout/options.ts';
import { picture } from '../support/picture.ts';
import type { TestUser } from '../support/test-user.ts';
import { startWorld } from '../support/world.ts';
import { runCommand } from './support.ts';

const CLI = join(import.meta.dirname, '../../src/cli/takeout/main.ts');

const world = await startWorld({ env: { RATE_LIMITS: 'off' } });
const base = await mkdtemp(join(tmpdir(), 'photo-timeline-takeout-'));
afterAll(() => rm(base, { recursive: true }));

const take = (folder: string, token: string, url = world.url) =>
  runCommand(CLI, ['--to', folder, '--url', url, '--token', token], base);

async function accessKey(user: TestUser, scopes = ['read', 'export']): Promise<string> {
  const { body } = await user.post('/v1/tokens').send({ name: 'Takeout', scopes }).expect(201);
  return (body as { token: string }).token;
}

async function post(user: TestUser, file: Buffer, fileName: string, fields = {}): Promise<string> {
  const { body } = await user.upload(file, { fileName, fields }).expect(201);
  return (body as { photo: { id: string } }).photo.id;
}

const albumOf = async (user: TestUser, title: string, ids: string[]) => {
  const { body } = await user.post('/v1/albums').send({ title, order: 'custom' }).expect(201);
  const { id } = body as { id: string };
  await user.post(`/v1/albums/${id}/photos`).send({ ids }).expect(200);
  return id;
};

/** The files of a takeout, without its state. */
const filesIn = async (folder: string) =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && !entry.name.startsWith('takeout-state'))
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .sort();

const digestOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

test('npm run takeout saves originals, words and albums under readable names, and later what has changed', async () => {
  const ana = await world.user();
  const key = await accessKey(ana);
  const folder = join(base, 'ana');
  const at = { takenAt: '2019-07-01T10:00:00', offset: '+02:00' };
  const files = await Promise.all([1, 2, 3].map((seed) => picture({ ...at, width: 20, height: 20, seed })));
  const [one, two, three] = [
    await post(ana, files[0]!, 'DSC_0665.jpg', { caption: 'Tom & "<Jerry>"\n]]>', alt: 'A cat' }),
    await post(ana, files[1]!, 'dsc_0665.JPG'),
    await post(ana, files[2]!, `a/b:c*${'é'.repeat(150)}. .jpg`),
  ];
  await ana
    .patch(`/v1/photos/${two}`)
    .send({ takenAt: '2019-07-01T10:00:00', location: { latitude: -1.5, longitude: 2 }, tags: ['x<y'], rating: 4 })
    .expect(200);
  const album = await albumOf(ana, 'con', [three, one]);

  const first = await take(folder, key);
  expect(first).toMatchObject({ code: 0, complaint: '' });
  expect(first.out).toContain('Fetched 3 originals');
  const month = '2019/2019-07';
  // The order of the last changes: the photo with more edits, then those that came into the album.
  const [cat, tie] = [`${month}/2019-07-01 10.00.00 DSC_0665 (2).jpg`, `${month}/2019-07-01 10.00.00 dsc_0665.JPG`];
  const found = await filesIn(folder);
  const long = found.find((path) => / b_c_é+\.jpg$/.test(path)) ?? '';
  expect(Buffer.byteLength(`${long}.xmp`)).toBeLessThanOrEqual(200);
  expect(found).toEqual(
    [cat, tie, long]
      .flatMap((path) => [path, `${path}.xmp`])
      .concat('albums/_con.txt', 'manifest.ndjson')
      .sort(),
  );
  for (const [index, path] of [cat, tie, long].entries())
    expect(await readFile(join(folder, path))).toEqual(files[index]);
  expect((await stat(join(folder, cat))).mtime).toEqual(new Date('2019-07-01T08:00:00Z'));
  expect(await readFile(join(folder, 'albums/_con.txt'), 'utf8')).toBe(`${long}\n${cat}\n`);
  const sidecar = await readFile(join(folder, `${cat}.xmp`), 'utf8');
  expect(sidecar).toContain('>Tom &#38; &#34;&#60;Jerry&#62;&#34;\n]]&#62;</rdf:li>');
  expect(sidecar).not.toContain('DateTimeOriginal');
  expect(await readFile(join(folder, `${tie}.xmp`), 'utf8')).toMatch(
    /<rdf:li>x&#60;y<.*<xmp:Rating>4<.*DateTimeOriginal>2019-07-01T10:00:00<.*GPSLatitude>1,30\.0000000S<.*2,0\.0000000E</s,
  );

  await ana.delete(`/v1/photos/${one}`).expect(204);
  await ana.patch(`/v1/photos/${two}`).send({ caption: 'New', takenAt: '2020-01-01T00:00:00' }).expect(200);
  await ana.patch(`/v1/albums/${album}`).send({ title: 'Sea' }).expect(200);
  await post(ana, await picture({ ...at, width: 20, height: 20 }), 'DSC_0665.jpg');
  const second = await take(folder, key);
  expect(second).toMatchObject({ code: 0, complaint: '' });
  expect(second.out).toContain('Fetched 1 original,');
  expect(second.out).toContain(`gone from the account. Their files are in removed/:\n  ${cat}\n`);
  const after = await filesIn(folder);
  expect(after).toEqual(expect.arrayContaining([tie, `removed/${cat}`, `removed/${cat}.xmp`, 'albums/Sea.txt']));
  expect(after).toContain(`${month}/2019-07-01 10.00.00 DSC_0665 (3).jpg`);
  expect(after).not.toContain(cat);
  expect(await readFile(join(folder, 'albums/Sea.txt'), 'utf8')).toBe(`${long}\n`);
  expect(await readFile(join(folder, `${tie}.xmp`), 'utf8')).toContain('>New<');

  await ana.post(`/v1/photos/${one}/restore`).expect(200);
  expect((await take(folder, key)).out).toContain('Fetched 0 originals');
  expect(await readFile(join(folder, cat))).toEqual(files[0]);
  const lines = (await readFile(join(folder, 'manifest.ndjson'), 'utf8')).trimEnd().split('\n');
  expect(lines.map((line) => (JSON.parse(line) as { kind: string }).kind)).not.toContain('end');

  const ben = await world.user();
  const other = await take(folder, await accessKey(ben));
  expect(other).toMatchObject({ code: 1, complaint: expect.stringContaining('of another account') as string });
});

test('npm run takeout goes on after kill -9, over lines that break, and keeps no file whose digest differs', async () => {
  const cleo = await world.user();
  const key = await accessKey(cleo);
  const folder = join(base, 'cleo');
  const names = ['held', 'lying', 'cut', 'busy', 'expired', 'plain'];
  const files = await Promise.all(
    names.map((_, at) => picture({ width: 100 + at, height: 80, takenAt: `2019-07-0${at + 1}T10:00:00` })),
  );
  const ids: string[] = [];
  for (const [at, file] of files.entries()) ids.push(await post(cleo, file, `${names[at]}.jpg`));
  const nameOf = (path: string) => names[ids.findIndex((id) => path.includes(`${id}/image/original`))] ?? '';
  const pathOf = (name: string) =>
    join(folder, `2019/2019-07/2019-07-0${names.indexOf(name) + 1} 10.00.00 ${name}.jpg`);

  const seen: string[] = [];
  let hold = true;
  await using line = await startLine(
    (name, request, reply, body) => {
      const count = seen.push(`${name} ${request.headers.range ?? ''}`.trim());
      const isFirst = seen.slice(0, count - 1).every((earlier) => !earlier.startsWith(name));
      if (name === 'held' && hold)
        return reply.writeHead(200, { 'Content-Length': body.length }).write(body.subarray(0, 100));
      if (name === 'lying') return reply.end(Buffer.alloc(body.length, 1));
      if (name === 'busy' && isFirst) return reply.writeHead(503, { 'Retry-After': '0' }).end();
      if (name === 'expired' && isFirst) return reply.writeHead(403).end();
      return undefined;
    },
    nameOf,
    async () => {
      const partial = join(folder, '.partial', ids[names.indexOf('cut')] ?? '');
      while ((await stat(partial)).size < CUT_BYTES) await setImmediate();
    },
  );

  const child = spawn(process.execPath, [CLI, '--to', folder, '--url', line.url, '--token', key], { stdio: 'ignore' });
  const exited = once(child, 'exit');
  const arriving = ['cut', 'busy', 'expired', 'plain'];
  while (!seen.includes('held') || !(await Promise.all(arriving.map((name) => isThere(pathOf(name))))).every(Boolean)) {
    await setImmediate();
  }
  child.kill('SIGKILL');
  await exited;
  hold = false;
  expect(await isThere(pathOf('held'))).toBe(false);
  const whole = (await filesIn(folder)).filter((path) => path.endsWith('.jpg') && !path.startsWith('.partial'));
  for (const path of whole) expect(files.map(digestOf)).toContain(digestOf(await readFile(join(folder, path))));
  expect(await readFile(join(folder, 'manifest.ndjson'), 'utf8')).toBe('');

  const second = await take(folder, key, line.url);
  expect(second).toMatchObject({ code: 1, complaint: '' });
  expect(second.out).toContain('could not be saved');
  expect(second.out).toMatch(/lying\.jpg: The bytes that came are not those of the photo: their digest differs\.\n/);
  expect(seen).toEqual(expect.arrayContaining(['held', 'busy', 'expired', expect.stringMatching(/^cut bytes=500-$/)]));
  expect(seen.filter((name) => name === 'plain')).toEqual(['plain']);
  expect(await isThere(pathOf('lying'))).toBe(false);

  expect(await take(folder, key)).toMatchObject({ code: 0, complaint: '' });
  for (const [at, name] of names.entries()) expect(await readFile(pathOf(name))).toEqual(files[at]);
});

test('npm run takeout says in words what is wrong with key, folder, address and command line', async () => {
  const dan = await world.user();
  const foreign = await mkdtemp(join(base, 'foreign-'));
  await writeFile(join(foreign, 'letter.txt'), 'Dear Ana');
  const [wrong, scope, files, silent] = await Promise.all([
    take(join(base, 'wrong'), 'pt_wrong'),
    accessKey(dan, ['read']).then((key) => take(join(base, 'scope'), key)),
    accessKey(dan).then((key) => take(foreign, key)),
    runCommand(CLI, ['--to', join(base, 'silent'), '--token', 'x', '--url', await closedAddress()], base),
  ]);
  expect(wrong).toMatchObject({
    code: 1,
    out: '',
    complaint: expect.stringContaining('does not accept this access key') as string,
  });
  expect(scope.complaint).toContain('It needs the scopes read and export.');
  expect(files.complaint).toContain('has files, and is no takeout. Choose a new or an empty folder.');
  expect(await readdir(foreign)).toEqual(['letter.txt']);
  expect(silent.complaint).toContain('The service cannot be reached (ECONNREFUSED).');

  const env = { PHOTO_TIMELINE_URL: 'https://photos.example', PHOTO_TIMELINE_TOKEN: 'pt_x' };
  expect(readTakeoutCommand(['--to', 'd'], env)).toEqual({
    does: 'take',
    folder: 'd',
    service: env.PHOTO_TIMELINE_URL,
    token: 'pt_x',
  });
  expect(() => readTakeoutCommand(['--url', 'x'], env)).toThrow('Name the folder with --to DIR.');
  expect(() => readTakeoutCommand(['--to', 'd'], {})).toThrow('--url or PHOTO_TIMELINE_URL');
  expect(() => readTakeoutCommand(['--to', 'd', '--url', 'photos'], env)).toThrow('not photos');
});

/** An address at which nothing listens any more. */
async function closedAddress(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

const isThere = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

type Answer = (name: string, request: IncomingMessage, reply: ServerResponse, body: Buffer) => unknown;

/** After how many bytes the first reply for `cut` ends. */
const CUT_BYTES = 500;

/** A line to the service that answers requests for some originals itself, and cuts the first reply for `cut`. */
async function startLine(answer: Answer, nameOf: (path: string) => string, arrived: () => Promise<void>) {
  let cuts = 0;
  const pass = async (request: IncomingMessage, reply: ServerResponse) => {
    const { authorization = '', range = '' } = request.headers;
    const headers = {
      ...(authorization && { authorization }),
      ...(range && { range, 'if-range': String(request.headers['if-range']) }),
    };
    const found = await fetch(world.url + request.url, { headers });
    const body = Buffer.from(await found.arrayBuffer());
    const name = nameOf(request.url ?? '');
    if (name && answer(name, request, reply, body) !== undefined) return;
    const kept = ['content-type', 'content-range', 'etag'].flatMap((header) =>
      found.headers.has(header) ? [[header, found.headers.get(header)!]] : [],
    );
    reply.writeHead(found.status, { ...Object.fromEntries(kept), 'content-length': body.length });
    if (name !== 'cut' || cuts++ > 0) {
      reply.end(body);
    } else {
      reply.write(body.subarray(0, CUT_BYTES));
      await arrived();
      reply.destroy();
    }
  };
  const server = createServer((request, reply) => void pass(request, reply));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
