import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { rolldown } from 'rolldown';

const ROOT = join(import.meta.dirname, '..');

const LICENCES = { legal: true, annotation: true, jsdoc: false };

/** Writes the client of the API into a folder: one file without imports, for browsers, Node and React Native, and its types. */
export async function buildApiClient(folder: string): Promise<void> {
  await using bundle = await rolldown({
    cwd: ROOT,
    input: 'src/client/index.ts',
    platform: 'neutral',
    logLevel: 'warn',
  });
  await bundle.write({ file: join(folder, 'index.js'), format: 'esm', sourcemap: true, comments: LICENCES });
  await promisify(execFile)(join(ROOT, 'node_modules/.bin/tsc'), ['-p', 'src/client', '--outDir', folder], {
    cwd: ROOT,
  });
}
