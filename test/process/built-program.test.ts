import { execFile } from 'node:child_process';
import { lstat, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import request from 'supertest';
import { beforeAll, afterAll, expect, onTestFinished, test } from 'vitest';
import { checked } from '../support/checked.ts';
import { copyUploadedTree } from '../../deploy/check/uploaded-tree.ts';
import { Photo, UploadReply } from '../../src/features/photos/schemas.ts';
import { COMPILED_CODE, shareBetweenUsers } from '../../src/runtime/compiled-code.ts';
import { heic } from '../support/heic.ts';
import { picture } from '../support/picture.ts';
import { ROOT } from '../support/repository.ts';
import { signUp, type TestUser } from '../support/test-user.ts';
import { startProgram } from './support.ts';

let tree: string;
let main: string;

beforeAll(async () => {
  tree = await mkdtemp(join(tmpdir(), 'photo-timeline-built-'));
  main = join(tree, 'dist/main.js');
  await copyUploadedTree(tree);
  await symlink(join(ROOT, 'node_modules'), join(tree, 'node_modules'));
  await promisify(execFile)(process.execPath, ['deploy/build.ts'], { cwd: tree });
});

afterAll(() => rm(tree, { recursive: true, force: true }));

test('the built program makes the variants of a JPEG and of several HEIC files', async () => {
  const program = await startProgram(await temporaryFolder(), {}, main);
  onTestFinished(() => program.kill());
  const ana = await signUp(program.url, 'ana');
  await uploadUntilReady(ana, await picture({ width: 400, height: 300 }));
  // Each decode ends its thread at once, which must not end the process. Bytes behind the file make it another photo.
  for (const end of ['', '1', '2']) await uploadUntilReady(ana, Buffer.concat([heic(), Buffer.from(end)]));
  expect(await program.stop('SIGTERM')).toBe(0);
});

test('the built program serves its pages, its styles and its document', async () => {
  const program = await startProgram(await temporaryFolder(), {}, main);
  onTestFinished(() => program.kill());
  const page = await request(program.url).get('/').expect(200);
  const [, style] = /href="([^"]+\.css[^"]*)"/.exec(page.text) ?? [];
  await request(program.url)
    .get(String(style))
    .expect(200)
    .expect('Content-Type', /text\/css/);
  await request(program.url).get('/openapi.json').expect(200);
  expect(await program.stop('SIGTERM')).toBe(0);
});

test('the build has the client of the API as one file without imports, with its types', async () => {
  const { exports } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
    exports: Record<'./client', { types: string; default: string }>;
  };
  const { types, default: client } = exports['./client'];
  const script = await readFile(join(tree, client), 'utf8');
  expect(script).not.toMatch(/^import\b|\bfrom '|\bimport\(|\brequire\(/m);
  const built = (await import(join(tree, client))) as object;
  expect(Object.keys(built)).toEqual(['PhotoTimelineClient', 'PhotoTimelineError', 'localSignIn']);
  expect(await readFile(join(tree, types), 'utf8')).toContain('PhotoTimelineClient');
});

test('the built program starts without the compiled code of its build', async () => {
  const shipped = join(tree, 'dist', COMPILED_CODE);
  expect(await readdir(shipped)).not.toEqual([]);
  await rename(shipped, `${shipped}-away`);
  onTestFinished(() => rename(`${shipped}-away`, shipped));
  const program = await startProgram(await temporaryFolder(), { TMPDIR: await temporaryFolder() }, main);
  onTestFinished(() => program.kill());
  await uploadUntilReady(await signUp(program.url, 'ana'), heic());
  expect(await program.stop('SIGTERM')).toBe(0);
});

test('the built program names the source files in the stacks that it logs', async () => {
  // Nothing listens there, so that the bucket does not answer.
  const program = await startProgram(await temporaryFolder(), { STORAGE_EMULATOR_HOST: 'http://127.0.0.1:1' }, main);
  onTestFinished(() => program.kill());
  const logged: string[] = [];
  program.process.stdout?.on('data', (part: Buffer) => logged.push(part.toString()));
  await request(program.url).get('/readyz').expect(503);
  await expect.poll(() => logged.join('')).toMatch(/"stack":"[^"]*\/src\/features\/service\/[\w-]+\.ts:\d+:\d+/);
  expect(await program.stop('SIGTERM')).toBe(0);
});

test('a user who did not build the program reads the same compiled code', async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'v24.21.0-x64-00c49d26-1000'));
  shareBetweenUsers(folder, 33, undefined, 1000);
  expect((await readdir(folder)).sort()).toEqual(['v24.21.0-x64-00c49d26-1000', 'v24.21.0-x64-00c49d26-33']);
  expect((await lstat(join(folder, 'v24.21.0-x64-00c49d26-33'))).isSymbolicLink()).toBe(true);
  // A second start finds the link.
  shareBetweenUsers(folder, 33);
  expect(await readdir(join(folder, 'v24.21.0-x64-00c49d26-33'))).toEqual([]);
});

async function uploadUntilReady(user: TestUser, bytes: Buffer): Promise<void> {
  const reply = await user.upload(bytes).expect(201);
  const { photo } = checked(UploadReply, reply.body);
  const stateOf = async () => (await user.read(`/v1/photos/${photo.id}`, Photo)).state;
  await expect.poll(stateOf).toBe('ready');
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'photo-timeline-built-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}
