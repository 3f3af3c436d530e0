import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire, stripTypeScriptTypes } from 'node:module';
import { basename, dirname, join } from 'node:path';

/** The scripts that improve pages in the browser, and the sheet of the lightbox. All have one version. */
interface ClientFiles {
  /** Hash of all files. It is in each address, so that relative imports reach files of the same version. */
  version: string;
  /** The URL of the script that pages load. */
  href: string;
  files: ReadonlyMap<string, { type: string; bytes: Buffer }>;
}

let loaded: ClientFiles | undefined;

/** Loads the files with the first page that names them: `npm run build` has bundled them, or the sources are there. */
export function clientFiles(): ClientFiles {
  return (loaded ??= load());
}

function load(): ClientFiles {
  const folder = new URL('client/', import.meta.url);
  const built = import.meta.url.endsWith('.js');
  const texts = built ? readBundles(folder) : readSources(folder);
  const hash = createHash('sha256');
  for (const [name, text] of texts) hash.update(name).update('\0').update(text).update('\0');
  const version = hash.digest('base64url').slice(0, 16);
  const files = new Map([...texts].map(([name, text]) => [name, { type: typeOf(name), bytes: Buffer.from(text) }]));
  return { version, href: `/assets/client/${version}/main.${built ? 'js' : 'ts'}`, files };
}

const readBundles = (folder: URL) =>
  new Map(filesOf(folder, /\.(?:js|css)$/).map((name) => [name, readFileSync(new URL(name, folder), 'utf8')]));

function readSources(folder: URL): Map<string, string> {
  const sources = filesOf(folder, /\.ts$/).map((name): [string, string] => {
    const script = stripTypeScriptTypes(readFileSync(new URL(name, folder), 'utf8'));
    return [name, withAddresses(script)];
  });
  const shared = SHARED.map((path): [string, string] => [
    basename(path),
    stripTypeScriptTypes(readFileSync(new URL(path, folder), 'utf8')),
  ]);
  return new Map([...sources, ...shared, ...Object.entries(VENDOR).flatMap(readVendor)]);
}

/** Files outside the folder that scripts import. They import nothing that is left without types. */
const SHARED = ['../../../runtime/error-words.ts'];

/** Browsers know no package names, and the content policy allows no import map. All files are in one folder there. */
const withAddresses = (script: string) =>
  script
    .replaceAll(/(from |import\()'([^'.][^']*)'/g, (_all, word, name) => `${word}'./${vendorFile(name)}'`)
    .replaceAll(/(from )'\.\.\/[^']*\/([^'/]+)'/g, (_all, word, name) => `${word}'./${name}'`);

interface Vendor {
  /** What is imported, by the path in the package that Node resolves. */
  path?: string;
  /** The name under which the imported file is served. */
  as: string;
  /** Files of the same folder that it loads. */
  beside: string[];
}

/** The files of packages that browsers get, by what scripts import. */
const VENDOR: Record<string, Vendor> = {
  photoswipe: { as: 'photoswipe.js', beside: ['photoswipe.css'] },
  idb: { path: 'idb/build/index.js', as: 'idb.js', beside: [] },
  '@noble/hashes/sha2.js': { as: 'sha2.js', beside: ['_md.js', '_u64.js', 'utils.js'] },
};

function readVendor([name, { path: resolved = name, as, beside }]: [string, Vendor]): [string, string][] {
  const path = createRequire(import.meta.url).resolve(resolved);
  const others = beside.map((file): [string, string] => [file, readFileSync(join(dirname(path), file), 'utf8')]);
  return [[as, readFileSync(path, 'utf8')], ...others];
}

function vendorFile(name: string): string {
  const vendor = VENDOR[name];
  if (!vendor) throw new Error(`${name} is not among the packages that browsers get.`);
  return vendor.as;
}

const filesOf = (folder: URL, ending: RegExp) =>
  readdirSync(folder)
    .filter((name) => ending.test(name))
    .sort();

const typeOf = (name: string) => (name.endsWith('.css') ? 'text/css; charset=utf-8' : 'text/javascript; charset=utf-8');
