import type { Clock } from '../clock.ts';
import type { PhotoId, UserId } from '../library/ids.ts';
import type { SigningKeys } from './keys.ts';
import { sign, verify } from './mac.ts';

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

/**
 * When the passes that are signed now for a user's photos expire: on a full hour, 12 to 24 h ahead.
 * Belongs into the ETag and the cache key of whatever shows such URLs. Users roll over at different hours, so that the
 * caches of all of them do not grow cold at once.
 */
export function mediaWindow(clock: Clock, user: UserId): number {
  const offset = (user.charCodeAt(0) + user.charCodeAt(1)) % WINDOW_HOURS;
  const hours = Math.floor(clock.now() / HOUR) + offset;
  return (hours - (hours % WINDOW_HOURS) + 2 * WINDOW_HOURS - offset) * HOUR;
}

/** The token of a media URL: user, grant, hour of expiry, signature. The photo's id stands elsewhere in the URL. */
export function signMediaToken(deps: { signingKeys: SigningKeys }, pass: MediaPass): string {
  const hour = Math.floor(pass.expiresAt / HOUR);
  const signature = sign(deps.signingKeys, 'media', message(pass, hour));
  return [pass.user, LETTERS[pass.grant], hour.toString(36), signature.toString('base64url')].join('.');
}

/** What the token of a photo's URL permits, or undefined when it is damaged, forged, expired or another photo's. */
export function readMediaToken(
  { signingKeys, clock }: { signingKeys: SigningKeys; clock: Clock },
  photo: PhotoId,
  token: string,
): MediaPass | undefined {
  const [, user, letter, digits, signature] = TOKEN.exec(token) ?? [];
  if (!user || !digits || !signature) return undefined;
  const hour = Number.parseInt(digits, 36);
  const grant: MediaGrant = letter === LETTERS.original ? 'original' : 'variants';
  const pass: MediaPass = { user: user as UserId, photo, grant, expiresAt: hour * HOUR };
  if (!verify(signingKeys, 'media', message(pass, hour), Buffer.from(signature, 'base64url'))) return undefined;
  return clock.now() < pass.expiresAt ? pass : undefined;
}

const LETTERS = { variants: 'v', original: 'o' } as const satisfies Record<MediaGrant, string>;

const TOKEN = /^([0-9A-Za-z]{16})\.([vo])\.([0-9a-z]{1,6})\.([\w-]{27})$/;

const message = ({ user, photo, grant }: MediaPass, hour: number) => JSON.stringify([user, photo, grant, hour]);
