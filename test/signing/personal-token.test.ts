import { expect, test } from 'vitest';
import type { TokenId, UserId } from '../../src/runtime/ids.ts';
import { parseKeys } from '../../src/signing/keys.ts';
import { readPersonalToken, writePersonalToken } from '../../src/signing/personal-token.ts';

const name = { user: 'Ana0000000000001' as UserId, token: 'Token00000000001' as TokenId };
const [older, newer] = ['an older secret of 32 characters or more', 'a newer secret of 32 characters or more'];

test('a personal token is read with the key that made it, as long as that key is among the keys', () => {
  const text = writePersonalToken(parseKeys(older), name);
  expect(text).toMatch(/^pt_[\w-]{59}$/);
  expect(readPersonalToken(parseKeys(older), text)).toEqual(name);
  expect(readPersonalToken(parseKeys(`${newer},${older}`), text)).toEqual(name);
  expect(readPersonalToken(parseKeys(newer), text)).toBeUndefined();
});

test('no change of a single character leaves a personal token readable', () => {
  const keys = parseKeys(older);
  const text = writePersonalToken(keys, name);
  for (let at = 0; at < text.length; at++) {
    for (const other of ['A', 'b', '-', '_', '9', '']) {
      const changed = text.slice(0, at) + other + text.slice(at + 1);
      if (changed !== text) expect({ changed, read: readPersonalToken(keys, changed) }).toEqual({ changed });
    }
  }
  for (const other of ['', 'pt_', `${text}A`, ` ${text}`, text.toUpperCase(), text.repeat(100)]) {
    expect(readPersonalToken(keys, other)).toBeUndefined();
  }
});
