import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

const ROOT = join(import.meta.dirname, '..');
const CLIENT = 'src/features/web/client';

/** Bundles and minifies the scripts of the pages into a folder. What pages load on use becomes files of its own. */
export async function buildClient(folder: string): Promise<void> {
  await using bundle = await rolldown({
    cwd: ROOT,
    input: { main: `${CLIENT}/main.ts`, 'upload-worker': `${CLIENT}/upload-worker.ts` },
    platform: 'browser',
    logLevel: 'warn',
  });
  await bundle.write({
    dir: folder,
    format: 'esm',
    minify: true,
    // The licence of PhotoSwipe requires that its notice stays in every copy.
    comments: { legal: true },
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
  });
  await copyFile(join(ROOT, 'node_modules/photoswipe/dist/photoswipe.css'), join(folder, 'photoswipe.css'));
}
