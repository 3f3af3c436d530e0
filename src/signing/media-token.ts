import { LRUCache } from 'lru-cache';
import type { Clock } from '../runtime/clock.ts';
import type { PhotoId, UserId } from '../runtime/ids.ts';
import type { SigningKeys } from './keys.ts';
import { macHalves, verify, verifyMac, type Half } from './mac.ts';

/** What a media URL permits: the smaller sizes, or the original, whose file may contain place and camera. */
type MediaGrant = 'variants' | 'original';

/** Permits the bearer to fetch bytes of one photo until `expiresAt` (milliseconds since the Unix epoch). */
export interface MediaPass {
  user: UserId;
  photo: PhotoId;
  grant: MediaGrant;
  expiresAt: number;
}

const HOUR_MS = 3_600_000;

/** The URLs of a photo stay the same for this time, so that caches work. They are valid for one to two windows. */
const WINDOW_HOURS = 12;

export const URL_WINDOW_MS = WINDOW_HOURS * HOUR_MS;

/** Time for which a URL is valid after it is made. */
export const URL_LIFE_MS = { atLeast: WINDOW_HOURS * HOUR_MS, atMost: 2 * WINDOW_HOURS * HOUR_MS };

/**
 * Returns the expiry of tokens that are signed now for a user's photos: a full hour, 12 to 24 h ahead. Replies with
 * such URLs have it in their ETag and cache key. It changes at different hours for different users, so that the caches
 * do not all expire at once.
 */
export function mediaWindow(clock: Clock, user: UserId): number {
  const offset = (user.charCodeAt(0) + user.charCodeAt(1)) % WINDOW_HOURS;
  const hours = Math.floor(clock.now() / HOUR_MS) + offset;
  return (hours - (hours % WINDOW_HOURS) + 2 * WINDOW_HOURS - offset) * HOUR_MS;
}

/** Signs the tokens of one photo's URLs by one MAC: half of it is for the smaller sizes, half for the original. */
export function signMediaTokens(
  { signingKeys }: { signingKeys: SigningKeys },
  { user, photo, expiresAt }: Omit<MediaPass, 'grant'>,
): Record<MediaGrant, string> {
  const hour = hourOf(expiresAt);
  const halves = macHalves(signingKeys, PURPOSE, message(user, photo, hour));
  const token = (grant: MediaGrant) => `${user}${LETTERS[grant]}${hour}${halves[HALVES[grant]].toString('base64url')}`;
  return { variants: token('variants'), original: token('original') };
}

/** Reads a token of a photo's URL. Returns undefined if it is damaged, forged, expired or of another photo. */
export function readMediaToken(
  { signingKeys, clock }: { signingKeys: SigningKeys; clock: Clock },
  photo: PhotoId,
  token: string,
): MediaPass | undefined {
  const [, user, letter, hour, mac] = TOKEN.exec(token) ?? EARLIER_TOKEN.exec(token) ?? [];
  if (!user || !hour || !mac) return undefined;
  const expiresAt = Number.parseInt(hour, 36) * HOUR_MS;
  if (clock.now() >= expiresAt) return undefined;
  const grant: MediaGrant = letter === LETTERS.original ? 'original' : 'variants';
  const signed = message(user, photo, hour);
  const bytes = Buffer.from(mac, 'base64url');
  const genuine = token.includes('.')
    ? verify(signingKeys, PURPOSE, signed, bytes, HALVES[grant])
    : verifyMac(signingKeys, PURPOSE, signed, HALVES[grant], bytes);
  return genuine ? { user: user as UserId, photo, grant, expiresAt } : undefined;
}

/** Valid tokens that are kept. Each takes a few hundred bytes. */
const MAX_KEPT = 10_000;

/** Creates `readMediaToken` with a cache: all sizes of a photo have the same token. */
export function createMediaTokenReader(deps: { signingKeys: SigningKeys; clock: Clock }) {
  const valid = new LRUCache<string, MediaPass>({ max: MAX_KEPT });
  return (photo: PhotoId, token: string): MediaPass | undefined => {
    const key = photo + token;
    const known = valid.get(key);
    if (known) return deps.clock.now() < known.expiresAt ? known : undefined;
    const pass = readMediaToken(deps, photo, token);
    if (pass) valid.set(key, pass);
    return pass;
  };
}

const PURPOSE = 'media';

const LETTERS = { variants: 'v', original: 'o' } as const satisfies Record<MediaGrant, string>;

const HALVES = { variants: 'first', original: 'second' } as const satisfies Record<MediaGrant, Half>;

/**
 * User, grant, hour of expiry, MAC. The photo's id is elsewhere in the URL. The hour has four digits until the year 2161.
 * No dot separates them, and no id of a key is among them: a page carries some hundred tokens.
 */
const TOKEN = /^([0-9A-Za-z]{16})([vo])([0-9a-z]{4})([\w-]{22})$/;

/** As the first release made them. */
const EARLIER_TOKEN = /^([0-9A-Za-z]{16})\.([vo])\.([0-9a-z]{1,6})\.([\w-]{27})$/;

const hourOf = (ms: number) => Math.floor(ms / HOUR_MS).toString(36);

/** None of the parts contains a dot, so that different passes have different messages. */
const message = (user: string, photo: string, hour: string) => `${user}.${photo}.${hour}`;
