import { LRUCache } from 'lru-cache';
import type { Clock } from '../runtime/clock.ts';
import type { PhotoId, UserId } from '../runtime/ids.ts';
import type { SigningKeys } from './keys.ts';
import { signHalves, verify, type Half } from './mac.ts';

/** What a media URL opens: the smaller sizes, or the original with all that its file says about place and camera. */
export type MediaGrant = 'variants' | 'original';

/** A promise that the bearer may fetch bytes of one photo until `expiresAt` (milliseconds since the Unix epoch). */
export interface MediaPass {
  user: UserId;
  photo: PhotoId;
  grant: MediaGrant;
  expiresAt: number;
}

const HOUR = 3_600_000;

/** For so many hours the URLs of a photo stay the same, so that caches hit. They live once to twice as long. */
const WINDOW_HOURS = 12;

/** In milliseconds, from the moment that a URL is made. */
export const URL_LIFE = { atLeast: WINDOW_HOURS * HOUR, atMost: 2 * WINDOW_HOURS * HOUR };

/**
 * When the tokens that are signed now for a user's photos expire: on a full hour, 12 to 24 h ahead. Replies with such
 * URLs have it in their ETag and cache key. It changes at different hours for different users, so that not all caches
 * become cold at once.
 */
export function mediaWindow(clock: Clock, user: UserId): number {
  const offset = (user.charCodeAt(0) + user.charCodeAt(1)) % WINDOW_HOURS;
  const hours = Math.floor(clock.now() / HOUR) + offset;
  return (hours - (hours % WINDOW_HOURS) + 2 * WINDOW_HOURS - offset) * HOUR;
}

/**
 * The tokens of the URLs of one photo, made by one MAC: half of it opens the smaller sizes, half of it the original.
 */
export function signMediaTokens(
  { signingKeys }: { signingKeys: SigningKeys },
  { user, photo, expiresAt }: Omit<MediaPass, 'grant'>,
): Record<MediaGrant, string> {
  const hour = hourOf(expiresAt);
  const halves = signHalves(signingKeys, PURPOSE, message(user, photo, hour));
  const token = (grant: MediaGrant) =>
    `${user}.${LETTERS[grant]}.${hour}.${halves[HALVES[grant]].toString('base64url')}`;
  return { variants: token('variants'), original: token('original') };
}

/** What the token of a photo's URL permits, or undefined when it is damaged, forged, expired or another photo's. */
export function readMediaToken(
  { signingKeys, clock }: { signingKeys: SigningKeys; clock: Clock },
  photo: PhotoId,
  token: string,
): MediaPass | undefined {
  const [, user, letter, hour, signature] = TOKEN.exec(token) ?? [];
  if (!user || !hour || !signature) return undefined;
  const expiresAt = Number.parseInt(hour, 36) * HOUR;
  if (clock.now() >= expiresAt) return undefined;
  const grant: MediaGrant = letter === LETTERS.original ? 'original' : 'variants';
  const bytes = Buffer.from(signature, 'base64url');
  if (!verify(signingKeys, PURPOSE, message(user, photo, hour), bytes, HALVES[grant])) return undefined;
  return { user: user as UserId, photo, grant, expiresAt };
}

/** Tokens that were good and are not checked again; each of them is a few hundred bytes. */
const REMEMBERED = 10_000;

/** `readMediaToken` with a cache: all sizes of a photo have one token, and a reader of one size asks for others. */
export function createMediaTokenReader(deps: { signingKeys: SigningKeys; clock: Clock }) {
  const good = new LRUCache<string, MediaPass>({ max: REMEMBERED });
  return (photo: PhotoId, token: string): MediaPass | undefined => {
    const key = photo + token;
    const known = good.get(key);
    if (known) return deps.clock.now() < known.expiresAt ? known : undefined;
    const pass = readMediaToken(deps, photo, token);
    if (pass) good.set(key, pass);
    return pass;
  };
}

const PURPOSE = 'media';

const LETTERS = { variants: 'v', original: 'o' } as const satisfies Record<MediaGrant, string>;

const HALVES = { variants: 'first', original: 'second' } as const satisfies Record<MediaGrant, Half>;

/** User, grant, hour of expiry, signature. The photo's id stands elsewhere in the URL. */
const TOKEN = /^([0-9A-Za-z]{16})\.([vo])\.([0-9a-z]{1,6})\.([\w-]{27})$/;

const hourOf = (ms: number) => Math.floor(ms / HOUR).toString(36);

/** None of them can hold a point, so that no two passes share a message. */
const message = (user: string, photo: string, hour: string) => `${user}.${photo}.${hour}`;
