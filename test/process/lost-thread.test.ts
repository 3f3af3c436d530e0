import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { picture } from '../support/picture.ts';
import { signUp } from '../support/test-user.ts';
import { startProgram } from './support.ts';

const DYING = new URL('dying-thread.ts', import.meta.url).href;

test('an idle program that loses its local cloud says so and ends with 1', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'photo-timeline-lost-'));
  onTestFinished(() => rm(dataDir, { recursive: true }));
  const DIE = join(dataDir, 'die');
  const first = await startProgram(dataDir, { NODE_OPTIONS: `--import ${DYING}`, DIE });
  await (await signUp(first.url, 'ana')).upload(await picture()).expect(201);
  const [said, exited] = [text(first.process.stdout!), once(first.process, 'exit')];
  await writeFile(DIE, '');
  expect(await exited).toEqual([1, null]);
  expect(await said).toMatch(/The local cloud has broken down.*\n$/);
  expect(await said).toContain('This thread was told to break down.');

  const second = await startProgram(dataDir);
  expect((await (await signUp(second.url, 'ana')).get('/v1/timeline')).body.items).toHaveLength(1);
  await second.stop('SIGTERM');
});
