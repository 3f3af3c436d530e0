import * as fc from 'fast-check';
import { createCipheriv, createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { manualClock } from '../../src/runtime/clock.ts';
import { newPhotoId, newUserId, type PhotoId, type UserId } from '../../src/runtime/ids.ts';
import { parseKeys } from '../../src/signing/keys.ts';
import { mediaSigner, mediaWindow, readMediaToken, type MediaPass } from '../../src/signing/media-token.ts';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 10, 21, 4, 20);

function passOfToday() {
  const clock = manualClock(START);
  const deps = { signingKeys: parseKeys('a secret of at least 32 characters!'), clock };
  const user = newUserId();
  const pass: MediaPass = { user, photo: newPhotoId(), grant: 'variants', expiresAt: mediaWindow(clock, user) };
  return { clock, deps, pass, tokens: tokensOf(deps, pass) };
}

function tokensOf(deps: Parameters<typeof mediaSigner>[0], pass: MediaPass) {
  const [tokens = { variants: '', original: '' }] = mediaSigner(deps, pass)([pass.photo]);
  return tokens;
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
  expect(tokensOf(deps, pass)).toEqual(tokens);
});

test('a token opens its photo until it expires', () => {
  const { clock, deps, pass, tokens } = passOfToday();
  expect(tokens.variants).toMatch(/^[\w-]{37}$/);
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

test('the token of the original opens the original, and the seal of the sizes is not that of the original', () => {
  const { deps, pass, tokens } = passOfToday();
  expect(readMediaToken(deps, pass.photo, tokens.original)).toEqual({ ...pass, grant: 'original' });
  const { user, hour, seal } = partsOf(tokens.variants);
  expect(readMediaToken(deps, pass.photo, `${user}o${hour}${seal}`)).toBeUndefined();
  expect(partsOf(tokens.original)).toEqual({ user, letter: 'o', hour, seal: expect.not.stringMatching(seal) });
});

test('a token opens no other photo, no other user’s, and nothing for longer', () => {
  const { deps, pass, tokens } = passOfToday();
  const { user, letter, hour, seal } = partsOf(tokens.variants);
  const later = (Number.parseInt(hour, 36) + 1).toString(36);
  expect(readMediaToken(deps, newPhotoId(), tokens.variants)).toBeUndefined();
  expect(readMediaToken(deps, pass.photo, user + letter + later + seal)).toBeUndefined();
  expect(readMediaToken(deps, pass.photo, newUserId() + letter + hour + seal)).toBeUndefined();
});

test('a token of an older key opens its photo as long as that key is there', () => {
  const { clock, deps, pass, tokens } = passOfToday();
  const [key] = deps.signingKeys;
  const [newer] = parseKeys('another secret of 32 characters!!');
  expect(readMediaToken({ clock, signingKeys: [newer, key] }, pass.photo, tokens.variants)).toEqual(pass);
  expect(readMediaToken({ clock, signingKeys: [newer] }, pass.photo, tokens.variants)).toBeUndefined();
});

test('photos that are signed together get the tokens that each of them gets alone', () => {
  const { deps, pass } = passOfToday();
  const photos = Array.from({ length: 50 }, newPhotoId);
  const alone = photos.map((photo) => tokensOf(deps, { ...pass, photo }));
  expect(mediaSigner(deps, pass)(photos)).toEqual(alone);
  expect(new Set(alone.flatMap(({ variants, original }) => [variants, original])).size).toBe(100);
  expect(mediaSigner(deps, pass)([])).toEqual([]);
});

test('a seal is AES of the id under a key of user and hour, so that every release makes the same', () => {
  const { deps } = passOfToday();
  const pass = { user: '0123456789abcdef' as UserId, expiresAt: Date.UTC(2026, 10, 21, 20) };
  const [tokens] = mediaSigner(deps, pass)(['fedcba9876543210' as PhotoId]);
  const key = deps.signingKeys[0].derive('media window');
  const keys = createHmac('sha256', key).update('0123456789abcdef.aosk').digest();
  const seal = (half: Buffer) =>
    createCipheriv('aes-128-cbc', half, Buffer.alloc(16)).update('fedcba9876543210').toString('base64url').slice(0, 16);
  expect(tokens).toEqual({
    variants: `0123456789abcdefvaosk${seal(keys.subarray(0, 16))}`,
    original: `0123456789abcdefoaosk${seal(keys.subarray(16))}`,
  });
});

test('an id of another length is not signed, and no token opens it', () => {
  const { deps, pass, tokens } = passOfToday();
  const long = `${pass.photo}0` as PhotoId;
  expect(() => mediaSigner(deps, pass)([long, 'short' as PhotoId])).toThrow(TypeError);
  expect(readMediaToken(deps, long, tokens.variants)).toBeUndefined();
});

test('no other text is a token', () => {
  const { deps, pass } = passOfToday();
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(readMediaToken(deps, pass.photo, text)).toBeUndefined();
    }),
  );
});

/** User, grant, hour of expiry, seal. */
function partsOf(token: string) {
  const [, user = '', letter = '', hour = '', seal = ''] = /^(.{16})(.)(.{4})(.{16})$/.exec(token) ?? [];
  return { user, letter, hour, seal };
}
