import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildClient } from '../../deploy/build-client.ts';

const KIB = 1024;

describe('what pages load', () => {
  let folder: string;
  beforeAll(async () => {
    folder = join(await mkdtemp(join(tmpdir(), 'photo-timeline-')), '/');
    await buildClient(folder);
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** Compressed bytes of a script and of all that it imports at once. */
  async function weightOf(name: string): Promise<number> {
    const text = await readFile(join(folder, name), 'utf8');
    const imported = Array.from(text.matchAll(/(?:from|import)"\.\/([^"]+)"/g), ([, file = '']) => weightOf(file));
    return (await Promise.all(imported)).reduce((sum, weight) => sum + weight, gzipSync(text).length);
  }

  test('the script of a page has at most 25 KiB compressed, and the lightbox is not in it', async () => {
    expect(await weightOf('main.js')).toBeLessThanOrEqual(25 * KIB);
    expect(await readFile(join(folder, 'main.js'), 'utf8')).not.toContain('pswp--open');
  });

  test('the licence of the lightbox stays in its bundle', async () => {
    const scripts = (await readdir(folder)).filter((name) => name.startsWith('lightbox'));
    const texts = await Promise.all(scripts.map((name) => readFile(join(folder, name), 'utf8')));
    expect(texts.join('')).toContain('PhotoSwipe 5');
  });

  test('the stylesheet has at most 8 KiB compressed', async () => {
    const style = await readFile(new URL('../../src/features/web/assets/style.css', import.meta.url));
    expect(gzipSync(style).length).toBeLessThanOrEqual(8 * KIB);
  });
});
