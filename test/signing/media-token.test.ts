import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { manualClock } from '../../src/runtime/clock.ts';
import { newPhotoId, newUserId, type PhotoId } from '../../src/runtime/ids.ts';
import { parseKeys } from '../../src/signing/keys.ts';
import { mediaWindow, readMediaToken, signMediaTokens, type MediaPass } from '../../src/signing/media-token.ts';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 10, 21, 4, 20);

function passOfToday() {
  const clock = manualClock(START);
  const deps = { signingKeys: parseKeys('a secret of at least 32 characters!'), clock };
  const user = newUserId();
  const pass: MediaPass = { user, photo: newPhotoId(), grant: 'variants', expiresAt: mediaWindow(clock, user) };
  const tokens = signMediaTokens(deps, pass);
  return { clock, deps, pass, tokens };
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
  const { clock, deps, pass, tokens } = passOfToday();
  const ends = Array.from({ length: 24 }, () => {
    clock.advance(HOUR);
    return mediaWindow(clock, pass.user);
  });
  expect(new Set(ends).size).toBeLessThanOrEqual(3);
  expect(signMediaTokens(deps, pass)).toEqual(tokens);
});

test('a token opens its photo until it expires', () => {
  const { clock, deps, pass, tokens } = passOfToday();
  expect(tokens.variants).toMatch(/^[\w-]{43}$/);
  expect(readMediaToken(deps, pass.photo, tokens.variants)).toEqual(pass);
  clock.advance(pass.expiresAt - clock.now() - 1);
  expect(readMediaToken(deps, pass.photo, tokens.variants)).toEqual(pass);
  clock.advance(1);
  expect(readMediaToken(deps, pass.photo, tokens.variants)).toBeUndefined();
});

test('a token of the first release still opens its photo', () => {
  const { deps } = passOfToday();
  const token = '0123456789abcdef.v.aosk.GSLb4P1vXuMblWVweCUa5AhlSJE';
  const pass = { user: '0123456789abcdef', grant: 'variants', expiresAt: Date.UTC(2026, 10, 21, 20) };
  expect(readMediaToken(deps, 'fedcba9876543210' as PhotoId, token)).toMatchObject(pass);
});

test('the token of the original opens the original, and half of a MAC tells nothing of the other half', () => {
  const { deps, pass, tokens } = passOfToday();
  expect(readMediaToken(deps, pass.photo, tokens.original)).toEqual({ ...pass, grant: 'original' });
  const { user, hour, mac } = partsOf(tokens.variants);
  expect(readMediaToken(deps, pass.photo, `${user}o${hour}${mac}`)).toBeUndefined();
  expect(partsOf(tokens.original)).toEqual({ user, letter: 'o', hour, mac: expect.not.stringMatching(mac) });
});

test('a token opens no other photo, no other user’s, and nothing for longer', () => {
  const { deps, pass, tokens } = passOfToday();
  const { user, letter, hour, mac } = partsOf(tokens.variants);
  const later = (Number.parseInt(hour, 36) + 1).toString(36);
  expect(readMediaToken(deps, newPhotoId(), tokens.variants)).toBeUndefined();
  expect(readMediaToken(deps, pass.photo, user + letter + later + mac)).toBeUndefined();
  expect(readMediaToken(deps, pass.photo, newUserId() + letter + hour + mac)).toBeUndefined();
});

test('a token of an older key opens its photo as long as that key is there', () => {
  const { clock, deps, pass, tokens } = passOfToday();
  const [key] = deps.signingKeys;
  const [newer] = parseKeys('another secret of 32 characters!!');
  expect(readMediaToken({ clock, signingKeys: [newer, key] }, pass.photo, tokens.variants)).toEqual(pass);
  expect(readMediaToken({ clock, signingKeys: [newer] }, pass.photo, tokens.variants)).toBeUndefined();
});

test('no other text is a token', () => {
  const { deps, pass } = passOfToday();
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(readMediaToken(deps, pass.photo, text)).toBeUndefined();
    }),
  );
});

/** User, grant, hour of expiry, MAC. */
function partsOf(token: string) {
  const [, user = '', letter = '', hour = '', mac = ''] = /^(.{16})(.)(.{4})(.{22})$/.exec(token) ?? [];
  return { user, letter, hour, mac };
}
