import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { picture } from '../support/picture.ts';
import { runCommand, startProgram } from './support.ts';

const EXAMPLE = join(import.meta.dirname, '../../docs/examples/share-an-album.ts');

test('the example shares an album, opens it as a guest, uploads and revokes, at a started service', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'photo-timeline-example-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const files = ['one.jpg', 'two.jpg'].map((name) => join(folder, name));
  for (const [at, file] of files.entries()) await writeFile(file, await picture({ width: 60 + at, height: 40 }));
  const program = await startProgram(join(folder, 'data'));
  const { code, out, complaint } = await runCommand(EXAMPLE, [program.url, ...files], folder);
  await program.stop('SIGTERM');
  expect({ code, complaint }).toEqual({ code: 0, complaint: '' });
  expect(out.replace(/http\S+/, '…').split('\n')).toEqual([
    'The album Harbour has one photo.',
    'Guests open it at …',
    'The guest sees Harbour, photos: 1.',
    'The guest has added a photo. Photos now: 2.',
    'The share is ended, and the guest finds nothing.',
    '',
  ]);
});
