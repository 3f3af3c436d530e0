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

/** Layers from the bottom: a folder imports from layers below its own, and from itself. */
const FOUNDATIONS = [
  'clock.ts',
  'clock-watch.ts',
  'time-zone.ts',
  'config.ts',
  'environment.ts',
  'log.ts',
  'log-line.ts',
  'node-http.ts',
  'release.ts',
  'once.ts',
  'clients.ts',
  'metrics.ts',
  'local-endpoints.ts',
  'loopback.ts',
];
const SHARED = ['http', 'library', 'jobs', 'signing', 'media', 'mail'];
const MAY_IMPORT: Record<string, string[]> = {
  http: ['library', ...FOUNDATIONS],
  library: ['http', 'jobs', ...FOUNDATIONS],
  jobs: ['http', 'library', ...FOUNDATIONS],
  signing: ['http', 'library', ...FOUNDATIONS],
  media: ['http', ...FOUNDATIONS],
  mail: ['http', 'library', ...FOUNDATIONS],
  'rate-limits': ['http', 'library', ...FOUNDATIONS],
  accounts: [...SHARED, ...FOUNDATIONS],
  photos: [...SHARED, ...FOUNDATIONS],
  timeline: ['photos', ...SHARED, ...FOUNDATIONS],
  changes: ['photos', 'timeline', ...SHARED, ...FOUNDATIONS],
  leaving: ['accounts', ...SHARED, ...FOUNDATIONS],
  trash: ['photos', 'timeline', ...SHARED, ...FOUNDATIONS],
  uploads: ['photos', ...SHARED, ...FOUNDATIONS],
  activity: [...SHARED, ...FOUNDATIONS],
  audit: ['photos', ...SHARED, ...FOUNDATIONS],
  digest: ['photos', 'timeline', ...SHARED, ...FOUNDATIONS],
  web: ['activity', 'photos', 'timeline', 'accounts', ...SHARED, ...FOUNDATIONS],
  course: ['photos', 'timeline', 'web', 'accounts', 'digest', ...SHARED, ...FOUNDATIONS],
  service: ['photos', 'timeline', 'uploads', 'rate-limits', ...SHARED, ...FOUNDATIONS],
  'tasks-cli': ['jobs', ...FOUNDATIONS],
  'invite-cli': ['accounts', ...FOUNDATIONS],
  'local-cloud': ['clock.ts', 'clock-watch.ts', 'loopback.ts', 'node-http.ts', 'release.ts', 'time-zone.ts'],
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
  expect(outside).toEqual(['media/decoder.ts']);
});

describe('the arrows between folders', () => {
  const across = arrows().filter(({ file, target }) => folderOf(file) !== folderOf(target));

  test('go from features to what they share, and never back', () => {
    const wrong = across.filter(({ file, target }) => {
      const allowed = MAY_IMPORT[folderOf(file)];
      return allowed && !allowed.includes(folderOf(target));
    });
    expect(wrong.map(({ file, target }) => `${file} → ${target}`)).toEqual([]);
  });

  test('reach the local cloud from run.ts alone, which loads it only when it is wanted', () => {
    const reaching = across.filter(({ target, typeOnly }) => folderOf(target) === 'local-cloud' && !typeOnly);
    expect(reaching).toMatchObject([{ file: 'run.ts', lazily: true }]);
  });

  test('are drawn for every folder', () => {
    const folders = readdirSync(SRC, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map(({ name }) => name).sort()).toEqual(Object.keys(MAY_IMPORT).sort());
  });
});
