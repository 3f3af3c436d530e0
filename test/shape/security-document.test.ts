import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

const root = new URL('../../', import.meta.url);

test('each threat in docs/SECURITY.md names tests, and each of them exists', async () => {
  const text = await readFile(new URL('docs/SECURITY.md', root), 'utf8');
  const threats = text
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(2);
  expect(threats.length).toBeGreaterThan(15);
  for (const line of threats) {
    const tests = Array.from(line.matchAll(/`(test\/[^`]+)`/g), ([, path = '']) => path);
    const missing = tests.filter((path) => !existsSync(new URL(path, root)));
    expect({ line, tests: tests.length > 0, missing }).toEqual({ line, tests: true, missing: [] });
  }
});
