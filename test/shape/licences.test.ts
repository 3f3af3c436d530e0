import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

/** Licences that require only their text and the names of the authors. */
const PERMISSIVE = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
]);

/** Licences that require more, by package. NOTICE says what each requires. */
const NAMED_IN_NOTICE: Record<string, string[]> = {
  'LGPL-3.0-or-later': ['@img/sharp-libvips-'],
  'Apache-2.0 AND LGPL-3.0-or-later': ['@img/sharp-win32-'],
  'Apache-2.0 AND LGPL-3.0-or-later AND MIT': ['@img/sharp-wasm32'],
  'LGPL-3.0': ['libheif-js'],
  'MPL-2.0': ['exifreader'],
};

/** Packages whose package.json writes its licence in an old form, which the lock file leaves out. Both are MIT. */
const OLD_FORM = new Set(['busboy', 'streamsearch']);

const root = new URL('../../', import.meta.url);

test('every production dependency has a licence that is allowed here, or that NOTICE names', async () => {
  const lock = JSON.parse(await readFile(new URL('package-lock.json', root), 'utf8')) as {
    packages: Record<string, { license?: string; dev?: boolean }>;
  };
  const production = Object.entries(lock.packages).filter(([path, { dev }]) => path !== '' && !dev);
  expect(production.length).toBeGreaterThan(100);
  const unknown = production
    .map(([path, { license }]) => ({ name: path.split('node_modules/').at(-1) ?? '', license }))
    .filter(({ name, license }) => !isAllowed(name, license));
  expect(unknown).toEqual([]);
});

test('NOTICE names the packages and data whose licences require more', async () => {
  const notice = await readFile(new URL('NOTICE', root), 'utf8');
  for (const name of [
    '@img/sharp-libvips-',
    '@img/sharp-wasm32',
    'libheif-js',
    'exifreader',
    'GeoNames',
    'CC-BY-4.0',
  ]) {
    expect(notice).toContain(name);
  }
});

function isAllowed(name: string, license: string | undefined): boolean {
  if (license === undefined) return OLD_FORM.has(name);
  return PERMISSIVE.has(license) || (NAMED_IN_NOTICE[license] ?? []).some((prefix) => name.startsWith(prefix));
}
