import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { AppError } from '../../src/runtime/errors.ts';
import { readCursor, signCursor, type CursorScope } from '../../src/signing/cursor.ts';
import { parseKeys } from '../../src/signing/keys.ts';

const OLD = 'an old secret of at least 32 characters';
const NEW = 'a new secret of more than 32 characters';
const deps = { signingKeys: parseKeys(OLD) };
const scope: CursorScope = { user: 'u1', order: 'taken', filter: { favourite: true } };

const scopes: fc.Arbitrary<CursorScope> = fc.record({
  user: fc.string(),
  order: fc.string(),
  filter: fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.boolean())),
});

const codeOf = (read: () => unknown) => {
  try {
    read();
    return 'read';
  } catch (error) {
    return error instanceof AppError ? error.code : error;
  }
};

describe('a cursor', () => {
  test('a cursor gives back the position that went in, for the list that it was made for', () => {
    fc.assert(
      fc.property(scopes, fc.jsonValue(), (scope, position) => {
        const text = signCursor(deps, scope, position);
        expect(text).toMatch(/^[\w-]+$/);
        expect(readCursor(deps, scope, text, z.unknown())).toEqual(JSON.parse(JSON.stringify(position)));
      }),
    );
  });

  test('a cursor is invalid after any change of any of its characters', () => {
    const text = signCursor(deps, scope, 'position');
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+/. '.split('');
    for (let at = 0; at < text.length; at++) {
      for (const letter of alphabet.filter((letter) => letter !== text[at])) {
        const damaged = text.slice(0, at) + letter + text.slice(at + 1);
        expect(codeOf(() => readCursor(deps, scope, damaged, z.string()))).toBe('cursor-invalid');
      }
    }
  });

  test('a cursor is invalid when it is cut, lengthened or any other text', () => {
    const text = signCursor(deps, scope, 'position');
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.base64String(),
          fc.nat(text.length - 1).map((n) => text.slice(0, n)),
        ),
        (other) => {
          expect(codeOf(() => readCursor(deps, scope, other, z.string()))).toBe('cursor-invalid');
        },
      ),
    );
    expect(codeOf(() => readCursor(deps, scope, `${text}AAAA`, z.string()))).toBe('cursor-invalid');
  });

  test('a cursor is refused by every other list', () => {
    fc.assert(
      fc.property(scopes, scopes, (made, asked) => {
        fc.pre(!sameList(made, asked));
        const text = signCursor(deps, made, 'position');
        expect(codeOf(() => readCursor(deps, asked, text, z.string()))).toBe('cursor-mismatch');
      }),
    );
  });

  test('a cursor takes an undefined filter for an absent one and filters in any order', () => {
    const text = signCursor(deps, { user: 'u', order: 'taken', filter: { a: 1, b: 2 } }, 'position');
    const same = { user: 'u', order: 'taken', filter: { c: undefined, b: 2, a: 1 } };
    expect(readCursor(deps, same, text, z.string())).toBe('position');
  });

  test('a cursor is invalid when a later program expects another shape of position', () => {
    const text = signCursor(deps, scope, { at: 1 });
    expect(codeOf(() => readCursor(deps, scope, text, z.string()))).toBe('cursor-invalid');
  });

  test('a cursor of the first release is still valid', () => {
    const text = 'AWle89O8wv8fmXzmCwJNhlL3vEeI3gnUI_AEy_aKD5JeeyJhdCI6IjIwMTktMDctMDEifQ';
    expect(readCursor(deps, scope, text, z.unknown())).toEqual({ at: '2019-07-01' });
  });

  test('a cursor outlives a change of the key while the old one is still listed, and no longer', () => {
    const text = signCursor(deps, scope, 'position');
    expect(readCursor({ signingKeys: parseKeys(`${NEW},${OLD}`) }, scope, text, z.string())).toBe('position');
    const only = { signingKeys: parseKeys(NEW) };
    expect(codeOf(() => readCursor(only, scope, text, z.string()))).toBe('cursor-invalid');
  });
});

const sameList = (a: CursorScope, b: CursorScope) => canonical(a) === canonical(b);

const canonical = ({ user, order, filter = {} }: CursorScope) =>
  JSON.stringify([
    user,
    order,
    Object.keys(filter)
      .sort()
      .map((name) => [name, filter[name]]),
  ]);
