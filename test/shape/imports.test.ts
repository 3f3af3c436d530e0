import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, test } from 'vitest';

const SRC = join(import.meta.dirname, '../../src');

/** Every import of our own files: from folder to folder, or file where it lies at the top. */
function arrows() {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  return files.flatMap((file) => {
    const text = readFileSync(join(SRC, file), 'utf8');
    const found = text.matchAll(/^(?:import|export)\s+(type\s)?[^'"]*?from '(\.[^']+)'|import\('(\.[^']+)'\)/gm);
    return [...found].map(([, typeOnly, statically, lazily]) => ({
      file,
      target: posix.join(posix.dirname(file), statically ?? lazily ?? ''),
      lazily: lazily !== undefined,
      typeOnly: typeOnly !== undefined,
    }));
  });
}

const folderOf = (path: string) => (path.includes('/') ? (path.split('/')[0] ?? '') : path);

/** The folders of `src`, and what each of them may import. */
const MAY_IMPORT: Record<string, string[]> = {
  runtime: [],
  signing: ['runtime'],
  mail: ['runtime'],
  objects: ['runtime'],
  pictures: ['runtime'],
  data: ['runtime'],
  http: ['runtime'],
  background: ['http', 'data', 'objects', 'runtime'],
  features: ['http', 'background', 'data', 'objects', 'pictures', 'signing', 'mail', 'runtime'],
  app: ['features', 'http', 'background', 'data', 'objects', 'pictures', 'signing', 'mail', 'runtime'],
  cli: ['app', 'client', 'features', 'background', 'runtime'],
  'local-cloud': ['runtime'],
  // The client runs in browsers and on phones, so it has nothing of the server.
  client: [],
};

/** The features that each feature builds on. There is no circle among them. */
const FEATURE_MAY_IMPORT: Record<string, string[]> = {
  accounts: [],
  activity: [],
  photos: [],
  'rate-limits': [],
  'account-deletion': ['accounts', 'albums', 'moderation'],
  'sign-in': ['accounts'],
  pairing: ['accounts'],
  passkeys: ['accounts'],
  audit: ['photos'],
  timeline: ['photos'],
  uploads: ['photos'],
  albums: ['accounts', 'photos', 'timeline'],
  shares: ['accounts', 'albums', 'photos', 'timeline'],
  moderation: ['accounts', 'shares'],
  'mail-summaries': ['memories', 'photos'],
  changes: ['albums', 'photos', 'timeline'],
  export: ['albums', 'changes', 'photos', 'shares'],
  import: ['albums', 'photos'],
  memories: ['photos', 'timeline'],
  places: ['photos', 'timeline'],
  tokens: ['accounts'],
  search: ['albums', 'photos', 'timeline'],
  trash: ['photos', 'timeline'],
  'upload-grants': ['photos', 'tokens', 'uploads'],
  service: [
    'accounts',
    'albums',
    'passkeys',
    'photos',
    'rate-limits',
    'shares',
    'timeline',
    'tokens',
    'upload-grants',
    'uploads',
  ],
  web: [
    'account-deletion',
    'accounts',
    'activity',
    'albums',
    'moderation',
    'memories',
    'pairing',
    'passkeys',
    'photos',
    'places',
    'search',
    'shares',
    'sign-in',
    'timeline',
    'tokens',
    'trash',
  ],
  course: ['accounts', 'photos', 'timeline', 'web'],
};

test('node:http is imported for its types alone: its values come without its WebSocket from node-http.ts', () => {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const importing = files.filter((file) =>
    /^import (?!type ).*from 'node:http'/m.test(readFileSync(join(SRC, file), 'utf8')),
  );
  expect(importing).toEqual([]);
});

test('each operation of libvips runs inside decoding(), which knows whether its error message can be read', () => {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const operations = files.flatMap(
    (file) => readFileSync(join(SRC, file), 'utf8').match(/.*\.(toBuffer|metadata)\(.*/g) ?? [],
  );
  expect(operations.length).toBeGreaterThan(5);
  expect(operations.filter((line) => !/decoding\(open, \(\) => .*\.(toBuffer|metadata)\(/.test(line))).toEqual([]);
  const outside = files.filter((file) =>
    /import\('sharp'\)|^import (?!type ).*from 'sharp'/m.test(readFileSync(join(SRC, file), 'utf8')),
  );
  expect(outside).toEqual(['pictures/decoding/decoder.ts']);
});

describe('imports', () => {
  const across = arrows().filter(({ file, target }) => folderOf(file) !== folderOf(target));

  test('a folder imports only from folders below it', () => {
    const wrong = across.filter(({ file, target }) => {
      const allowed = MAY_IMPORT[folderOf(file)];
      // The app loads the local cloud when it is wanted: the next test.
      return allowed && !allowed.includes(folderOf(target)) && folderOf(target) !== 'local-cloud';
    });
    expect(wrong.map(({ file, target }) => `${file} → ${target}`)).toEqual([]);
  });

  test('only app/own-cloud.ts imports the local cloud, and loads it only when it is wanted', () => {
    const reaching = across.filter(({ target, typeOnly }) => folderOf(target) === 'local-cloud' && !typeOnly);
    expect(reaching).toMatchObject([{ file: 'app/own-cloud.ts', lazily: true }]);
  });

  test('the pages of the console are loaded by the first request to its port, and by nothing else', () => {
    const folder = 'local-cloud/console/';
    const open = new Set([`${folder}index.ts`, `${folder}live.ts`]);
    const intoPages = arrows().filter(
      ({ file, target, typeOnly }) =>
        !typeOnly && target.startsWith(folder) && !open.has(target) && (!file.startsWith(folder) || open.has(file)),
    );
    expect(intoPages).toMatchObject([{ file: 'local-cloud/console/index.ts', lazily: true }]);
  });

  test('a feature imports only from the features that it builds on', () => {
    const featureOf = (path: string) => path.split('/')[1] ?? '';
    const wrong = arrows().filter(({ file, target }) => {
      if (folderOf(file) !== 'features' || folderOf(target) !== 'features') return false;
      const [from, to] = [featureOf(file), featureOf(target)];
      return from !== to && !FEATURE_MAY_IMPORT[from]?.includes(to);
    });
    expect(wrong.map(({ file, target }) => `${file} → ${target}`)).toEqual([]);
  });

  test('the rules of this test name every folder of src', () => {
    const foldersIn = (path: string) =>
      readdirSync(path, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
    expect(foldersIn(SRC).sort()).toEqual(Object.keys(MAY_IMPORT).sort());
    expect(foldersIn(join(SRC, 'features')).sort()).toEqual(Object.keys(FEATURE_MAY_IMPORT).sort());
  });

  test('only main.ts lies beside the folders', () => {
    const files = readdirSync(SRC, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? [] : [entry.name],
    );
    expect(files).toEqual(['main.ts']);
  });
});
