import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire, stripTypeScriptTypes } from 'node:module';

/** The scripts that improve pages in the browser, and the sheet of the lightbox. All have one version. */
export interface ClientFiles {
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
    return [
      name,
      script.replaceAll(/(from |import\()'([^'.][^']*)'/g, (_all, word, name) => `${word}'./${vendorFile(name)}'`),
    ];
  });
  const require = createRequire(import.meta.url);
  const vendor = Object.entries(VENDOR).map(([name, path]): [string, string] => [
    name,
    readFileSync(require.resolve(path), 'utf8'),
  ]);
  return new Map([...sources, ...vendor]);
}

/** The files of packages that browsers get, by the name under which they are served. */
const VENDOR = {
  'photoswipe.js': 'photoswipe',
  'photoswipe.css': 'photoswipe/dist/photoswipe.css',
};

/** Browsers know no package names, and the content policy allows no import map. */
function vendorFile(name: string): string {
  const file = `${name}.js`;
  if (!(file in VENDOR)) throw new Error(`${name} is not among the packages that browsers get.`);
  return file;
}

const filesOf = (folder: URL, ending: RegExp) =>
  readdirSync(folder)
    .filter((name) => ending.test(name))
    .sort();

const typeOf = (name: string) => (name.endsWith('.css') ? 'text/css; charset=utf-8' : 'text/javascript; charset=utf-8');
