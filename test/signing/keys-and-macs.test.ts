import { expect, test } from 'vitest';
import { parseKeys } from '../../src/signing/keys.ts';
import { sign, SIGNATURE_BYTES, verify } from '../../src/signing/mac.ts';

const OLD = 'an old secret of at least 32 characters';
const NEW = 'a new secret of more than 32 characters';

test('a signature holds for its purpose and its message alone', () => {
  const keys = parseKeys(OLD);
  const signature = sign(keys, 'cursor', 'message');
  expect(signature).toHaveLength(SIGNATURE_BYTES);
  expect(verify(keys, 'cursor', 'message', signature)).toBe(true);
  expect(verify(keys, 'media', 'message', signature)).toBe(false);
  expect(verify(keys, 'cursor', 'message!', signature)).toBe(false);
});

test('a signature of another length or with one bit turned does not hold', () => {
  const keys = parseKeys(OLD);
  const signature = sign(keys, 'cursor', 'message');
  expect(verify(keys, 'cursor', 'message', signature.subarray(1))).toBe(false);
  expect(verify(keys, 'cursor', 'message', Buffer.alloc(0))).toBe(false);
  for (let bit = 0; bit < SIGNATURE_BYTES * 8; bit++) {
    const turned = Buffer.from(signature);
    turned.writeUInt8(turned.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    expect(verify(keys, 'cursor', 'message', turned)).toBe(false);
  }
});

test('the newest key signs and every listed one verifies', () => {
  const [before, during, after] = [parseKeys(OLD), parseKeys(`${NEW}, ${OLD}`), parseKeys(NEW)];
  const old = sign(before, 'media', 'message');
  expect(verify(during, 'media', 'message', old)).toBe(true);
  expect(verify(after, 'media', 'message', old)).toBe(false);
  expect(sign(during, 'media', 'message')).toEqual(sign(after, 'media', 'message'));
});

test('a short secret is refused without being named', () => {
  expect(() => parseKeys('hunter2')).toThrow('A signing key needs at least 32 characters, this one has 7.');
  expect(() => parseKeys(`${OLD},`)).toThrow('this one has 0');
});
