import { execFile, spawnSync, type ExecFileOptions } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const MAIN = join(ROOT, 'src/main.ts');

/** The first Node of the PATH that is older than 24. */
const oldNode = (process.env['PATH'] ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'node'))
  .filter((file) => existsSync(file))
  .find((file) => Number.parseInt(spawnSync(file, ['-p', 'process.versions.node'], { encoding: 'utf8' }).stdout) < 24);

const leftOut = oldNode ? '' : ' (left out: this machine has no old Node)';

const run = (node: string, args: string[], options: ExecFileOptions = {}) =>
  new Promise<{ code: number; out: string; complaint: string }>((resolve) => {
    execFile(node, args, { ...options, encoding: 'utf8' }, (error, out, complaint) =>
      resolve({ code: Number(error?.code ?? 0), out, complaint }),
    );
  });

test.skipIf(!oldNode)(`an old Node prints in one line which Node is needed${leftOut}`, async () => {
  // As `npm run build` leaves it: dist/main.js, of which an old Node may read nothing but this file.
  const dist = await mkdtemp(join(tmpdir(), 'photo-timeline-dist-'));
  onTestFinished(() => rm(dist, { recursive: true }));
  await writeFile(join(dist, 'package.json'), '{"type":"module"}');
  await writeFile(join(dist, 'main.js'), stripTypeScriptTypes(await readFile(MAIN, 'utf8')));
  expect(await run(oldNode ?? '', [join(dist, 'main.js')])).toEqual({
    code: 1,
    out: '',
    complaint: expect.stringMatching(/^Photo Timeline needs Node 24 or newer, and this is Node \d+\.\d+\.\d+\. .+\n$/),
  });
});

test('an old Node that can read the sources prints the same line', async () => {
  const older = "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '22.18.0' } })";
  const said = await run(process.execPath, ['--import', `data:text/javascript,${encodeURIComponent(older)}`, MAIN]);
  expect(said).toMatchObject({ code: 1, complaint: expect.stringContaining('this is Node 22.18.0.') });
});

test.skipIf(!oldNode)(`npm ci with an old Node prints no warning about engines${leftOut}`, async () => {
  const cwd = await mkdtemp(join(tmpdir(), 'photo-timeline-npm-ci-'));
  onTestFinished(() => rm(cwd, { recursive: true }));
  for (const file of ['package.json', 'package-lock.json', '.npmrc']) await copyFile(join(ROOT, file), join(cwd, file));
  const env = {
    HOME: cwd,
    npm_config_update_notifier: 'false',
    PATH: `${dirname(oldNode ?? '')}${delimiter}${process.env['PATH']}`,
  };
  const ci = ['ci', '--dry-run', '--offline', '--no-audit'];
  expect(await run('npm', ci, { cwd, env })).toMatchObject({ code: 0, complaint: '' });
  const loud = await run('npm', [...ci, '--loglevel', 'warn'], { cwd, env });
  expect(loud.complaint).toContain('EBADENGINE');
});
