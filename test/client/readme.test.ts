import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { startWorld } from '../support/world.ts';

const world = await startWorld();
const ROOT = join(import.meta.dirname, '../..');
const readme = await readFile(join(ROOT, 'README.md'), 'utf8');
const tour = /## Five minutes\n[\s\S]*?(?=\n## )/.exec(readme)?.[0] ?? '';

/** The block of a language in the tour. */
const blockOf = (language: string) => new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(tour)?.[1] ?? '';

test('the program in the README is the example of that name', async () => {
  expect(blockOf('ts')).toBe(await readFile(join(ROOT, 'docs/examples/first-photos.ts'), 'utf8'));
});

test('the commands of the README run one after the other, and do what it says', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'photo-timeline-readme-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const name of ['docs', 'src', 'node_modules']) await symlink(join(ROOT, name), join(folder, name));
  const commands = blockOf('sh')
    .replaceAll(/(http:\/\/)?localhost:8080/g, world.url)
    .replaceAll('/tmp', folder);
  const { stdout, stderr } = await promisify(execFile)('sh', ['-eu', '-c', commands], {
    cwd: folder,
    env: { PATH: process.env['PATH'] },
  });
  expect(stderr).toBe('');
  const lines = stdout.split('\n');
  expect(lines.slice(0, 3)).toEqual(['created', 'duplicate', 'Photos: 21, the first one: Seven photos']);
  expect(lines[3]).toContain(`${world.url}/v1/photos/`);
  expect(lines[4]).toContain('Unsupported image type');
  expect(lines[5]).toBe('Listing the whole library.');
  expect(stdout).toContain('Photos: 21. Albums: 0. Last change: ');
  expect(stdout).toContain('"title":"Harbour"');
  const [album, state, end] = lines.slice(-3);
  expect(album).toMatch(/^\+ album \w+ Harbour$/);
  expect(state).toMatch(/^Photos: 21\. Albums: 1\./);
  expect(end).toBe('');
});
