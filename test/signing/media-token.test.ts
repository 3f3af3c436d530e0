import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { manualClock } from '../../src/clock.ts';
import { newPhotoId, newUserId, type PhotoId } from '../../src/library/ids.ts';
import { parseKeys } from '../../src/signing/keys.ts';
import { mediaWindow, readMediaToken, signMediaToken, type MediaPass } from '../../src/signing/media-token.ts';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 10, 21, 4, 20);

function passOfToday() {
  const clock = manualClock(START);
  const deps = { signingKeys: parseKeys('a secret of at least 32 characters!'), clock };
  const user = newUserId();
  const pass: MediaPass = { user, photo: newPhotoId(), grant: 'variants', expiresAt: mediaWindow(clock, user) };
  return { clock, deps, pass };
}

test('a window ends on a full hour, 12 to 24 hours ahead, at any moment and for any user', () => {
  fc.assert(
    fc.property(fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }), (date) => {
      const clock = manualClock(date.getTime());
      const end = mediaWindow(clock, newUserId());
      expect(end % HOUR).toBe(0);
      expect(end - clock.now()).toBeGreaterThan(12 * HOUR);
      expect(end - clock.now()).toBeLessThanOrEqual(24 * HOUR);
    }),
  );
});

test('a token stays the same for twelve hours', () => {
  const { clock, deps, pass } = passOfToday();
  const ends = Array.from({ length: 24 }, () => {
    clock.advance(HOUR);
    return mediaWindow(clock, pass.user);
  });
  expect(new Set(ends).size).toBeLessThanOrEqual(3);
  expect(signMediaToken(deps, pass)).toBe(signMediaToken(deps, pass));
});

test('a token opens its photo until it expires', () => {
  const { clock, deps, pass } = passOfToday();
  const token = signMediaToken(deps, pass);
  expect(token).toMatch(/^[\w.-]{1,60}$/);
  expect(readMediaToken(deps, pass.photo, token)).toEqual(pass);
  clock.advance(pass.expiresAt - clock.now() - 1);
  expect(readMediaToken(deps, pass.photo, token)).toEqual(pass);
  clock.advance(1);
  expect(readMediaToken(deps, pass.photo, token)).toBeUndefined();
});

test('a token of the first release still opens its photo', () => {
  const { deps } = passOfToday();
  const token = '0123456789abcdef.v.aosk.GSLb4A6kde1bu1zkASkFfeyr7g8';
  const pass = { user: '0123456789abcdef', grant: 'variants', expiresAt: Date.UTC(2026, 10, 21, 20) };
  expect(readMediaToken(deps, 'fedcba9876543210' as PhotoId, token)).toMatchObject(pass);
});

test('a token opens no other photo, no original unless it says so, and nothing for longer', () => {
  const { deps, pass } = passOfToday();
  const token = signMediaToken(deps, pass);
  const [user, , hour, signature] = token.split('.') as [string, string, string, string];
  const later = (Number.parseInt(hour, 36) + 1).toString(36);
  expect(readMediaToken(deps, newPhotoId(), token)).toBeUndefined();
  expect(readMediaToken(deps, pass.photo, [user, 'o', hour, signature].join('.'))).toBeUndefined();
  expect(readMediaToken(deps, pass.photo, [user, 'v', later, signature].join('.'))).toBeUndefined();
  expect(readMediaToken(deps, pass.photo, [newUserId(), 'v', hour, signature].join('.'))).toBeUndefined();
  expect(readMediaToken(deps, pass.photo, signMediaToken(deps, { ...pass, grant: 'original' }))?.grant).toBe(
    'original',
  );
});

test('no other text is a token', () => {
  const { deps, pass } = passOfToday();
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(readMediaToken(deps, pass.photo, text)).toBeUndefined();
    }),
  );
});
