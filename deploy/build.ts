import { execFile } from 'node:child_process';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { rolldown, type Plugin } from 'rolldown';
import { buildApiClient } from './build-api-client.ts';
import { buildClient } from './build-client.ts';
import { compileProgram } from './compile.ts';
import { plainBuiltins } from './plain-builtins.ts';
import { leanPackages } from './lean-packages.ts';

const ROOT = join(import.meta.dirname, '..');
const DIST = join(ROOT, 'dist');

/** Programs and threads, by the path below src/ and dist/ at which they are started. */
const ENTRIES = [
  'main',
  'cli/admin/main',
  'cli/invite/main',
  'cli/pair/main',
  'cli/tasks/main',
  'local-cloud/worker',
  'pictures/decoding/heic-worker',
];

/**
 * Packages that stay files of their own below node_modules: native code, and those whose licence lets the recipient
 * replace them (NOTICE).
 */
const EXTERNAL = [/^sharp$/, /^@node-rs\/crc32$/, /^libheif-js/, /^exifreader$/];

/**
 * Writes dist/: the program and its packages in few files, their source maps, the files that pages refer to, the
 * scripts of the pages, the client of the API, and the compiled code.
 */
async function build(): Promise<void> {
  await rm(DIST, { recursive: true, force: true });
  await bundleProgram();
  await cp(join(ROOT, 'src/features/web/assets'), join(DIST, 'features/web/assets'), { recursive: true });
  await cp(join(ROOT, 'src/local-cloud/console/assets'), join(DIST, 'local-cloud/console/assets'), { recursive: true });
  await promisify(execFile)(process.execPath, [
    join(import.meta.dirname, 'pack-places.ts'),
    join(DIST, 'features/places/places.bin'),
  ]);
  await buildClient(join(DIST, 'features/web/client'));
  await buildApiClient(join(DIST, 'client'));
  await compileProgram();
}

async function bundleProgram(): Promise<void> {
  await using bundle = await rolldown({
    cwd: ROOT,
    input: Object.fromEntries(ENTRIES.map((entry) => [flat(entry), `src/${entry}.ts`])),
    platform: 'node',
    external: EXTERNAL,
    plugins: [leanPackages, placesOfModules, plainBuiltins],
    logLevel: 'warn',
  });
  await bundle.write({
    dir: DIST,
    format: 'esm',
    sourcemap: true,
    sourcemapExcludeSources: true,
    // Node reads and hashes the text at each start. V8 keeps text of ASCII alone in half the memory.
    minify: { compress: false, mangle: false, codegen: { removeWhitespace: true, asciiOnly: true } },
    comments: { legal: true, annotation: false, jsdoc: false },
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
  });
  for (const entry of ENTRIES.filter((path) => path !== flat(path))) {
    const file = join(DIST, `${entry}.js`);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, `import '${relative(dirname(file), join(DIST, `${flat(entry)}.js`))}';\n`);
  }
}

/** Every file of the bundle lies in dist/ itself, so that a module's place can be told from there. */
const flat = (entry: string) => entry.replaceAll('/', '-').replace(/-main$/, '');

/** Lets each module see the place that it has without the bundle: it finds its worker, its assets and its package there. */
const placesOfModules: Plugin = {
  name: 'places-of-modules',
  transform: {
    filter: { code: /import\.meta\.(url|filename|dirname)|__dirname/ },
    handler(code, id) {
      const fromRoot = relative(ROOT, id)
        .replace(/^src\//, 'dist/')
        .replace(/\.ts$/, '.js');
      const url = `new URL(${JSON.stringify(`../${fromRoot}`)}, import.meta.url)`;
      const path = `process.getBuiltinModule('node:url').fileURLToPath(${url})`;
      const folder = `process.getBuiltinModule('node:path').dirname(${path})`;
      const places = { url: `${url}.href`, filename: path, dirname: folder };
      const placed = code
        .replaceAll(/\bimport\.meta\.(url|filename|dirname)\b/g, (_, field: keyof typeof places) => places[field])
        .replaceAll(/\b__dirname\b/g, folder);
      // No line moves, so that the source map needs no change.
      return { code: placed, map: null };
    },
  },
};

await build();
