import { expect, test } from 'vitest';
import { generatedHandle, Handle, parseHandle } from '../../src/features/accounts/handle.ts';

test.each(['a', 'poobyj', '0', 'a-b_c.d', '_', '__', '...', 'x'.repeat(30)])('%j is a handle', (name) => {
  expect(Handle.safeParse(name).success).toBe(true);
});

test.each(['', 'Ana', 'añb', 'a b', 'a/b', 'a\n', '.', '..', '__a__', '____', 'x'.repeat(31)])(
  '%j is no handle: a URL or Datastore would not keep it',
  (name) => {
    expect(Handle.safeParse(name).success).toBe(false);
  },
);

test('a name that is no handle is refused with the rule', () => {
  expect(() => parseHandle('Ana')).toThrow('A handle is 1 to 30 characters of a-z, 0-9');
});

test('a generated handle is a handle, and hardly ever the same', () => {
  const made = Array.from({ length: 100 }, generatedHandle);
  expect(made.every((name) => Handle.safeParse(name).success)).toBe(true);
  expect(new Set(made).size).toBe(100);
});
